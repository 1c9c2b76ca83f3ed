import { checkCountOrPercent } from '../../model/check-values.ts';
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
  checkCountOrPercent(field.at('rollingUpdate').at('maxSurge'), maxSurge);
  checkCountOrPercent(field.at('rollingUpdate').at('maxUnavailable'), maxUnavailable, 100);
  if (isZero(maxSurge) && isZero(maxUnavailable)) field.at('rollingUpdate').at('maxUnavailable').fail('must not be 0 where maxSurge is 0 too: no Pod could ever be replaced');
}

function isZero(bound: number | string): boolean {
  return bound === 0 || (isPercent(bound) && Number.parseInt(bound, 10) === 0);
}
