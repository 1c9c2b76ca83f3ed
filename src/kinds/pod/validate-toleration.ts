import { checkName } from '../../model/check-metadata.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { Toleration } from '../../model/object.ts';

/** Reports what is wrong with a Pod's tolerations. */
export function checkTolerations(field: Field, tolerations: readonly Toleration[]): void {
  checkEach(field, tolerations, checkToleration);
}

function checkToleration(field: Field, { key = '', operator, value = '', effect, tolerationSeconds }: Toleration): void {
  if (key !== '') checkName(field.at('key'), 'label-key', key);
  else if (operator !== 'Exists') field.at('operator').fail(`is ${operator}; must be Exists where key is left out, which tolerates every taint`);
  if (operator === 'Exists' && value !== '') field.at('value').fail('must be left out with operator Exists');
  else checkName(field.at('value'), 'label-value', value);
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') field.at('effect').fail(`is ${effect ?? 'not set'}; must be NoExecute where tolerationSeconds is given`);
}
