import type { Field } from '../../model/field.ts';
import { isPercent } from '../../model/int-or-string.ts';
import type { DeploymentStrategy } from '../../model/object.ts';

/** Reports what is wrong with how a Deployment replaces Pods. */
export function checkStrategy(field: Field, { type, rollingUpdate }: DeploymentStrategy): void {
  if (type === 'Recreate') {
    if (rollingUpdate !== undefined) field.at('rollingUpdate').fail('must be left out with type Recreate (in a patch: null)');
    return;
  }
  if (rollingUpdate === undefined) return field.at('rollingUpdate').fail('is required with type RollingUpdate');
  const { maxSurge, maxUnavailable } = rollingUpdate;
  checkBound(field.at('rollingUpdate').at('maxSurge'), maxSurge);
  checkBound(field.at('rollingUpdate').at('maxUnavailable'), maxUnavailable);
  if (isPercent(maxUnavailable) && Number.parseInt(maxUnavailable, 10) > 100) field.at('rollingUpdate').at('maxUnavailable').fail(`is ${maxUnavailable}; must be at most 100%`);
  if (isZero(maxSurge) && isZero(maxUnavailable)) field.at('rollingUpdate').at('maxUnavailable').fail('must not be 0 where maxSurge is 0 too: no Pod could ever be replaced');
}

function checkBound(field: Field, bound: number | string): void {
  if (typeof bound === 'string' && !isPercent(bound)) field.fail(`${JSON.stringify(bound)} must be a whole number or a percentage, such as 1 or "25%"`);
  if (typeof bound === 'number' && (bound < 0 || !Number.isInteger(bound))) field.fail(`is ${bound}; must be a whole number, at least 0, or a percentage`);
}

function isZero(bound: number | string): boolean {
  return bound === 0 || (isPercent(bound) && Number.parseInt(bound, 10) === 0);
}
