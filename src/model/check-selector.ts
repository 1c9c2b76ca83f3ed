import { checkLabels, checkName } from './check-metadata.ts';
import { checkEach } from './field.ts';
import type { Field } from './field.ts';
import type { LabelSelector, LabelSelectorRequirement } from './object.ts';
import { formatSelector, matchesLabelSelector, selectorOf } from './selector.ts';

/** Reports what is wrong with a selector's keys, operators and values. */
export function checkLabelSelector(field: Field, selector: LabelSelector): void {
  checkLabels(field.at('matchLabels'), selector.matchLabels ?? {});
  checkEach(field.at('matchExpressions'), selector.matchExpressions, checkRequirement);
}

/** Reports a controller's selector that is empty, or that its own template's labels do not meet. */
export function checkOwnSelector(field: Field, selector: LabelSelector, templateLabels: Readonly<Record<string, string>>): void {
  const requirements = selectorOf(selector) ?? [];
  if (requirements.length === 0) field.fail('must not be empty: it would select every Pod of the namespace; give matchLabels that the template carries, such as {"app": "web"}');
  else if (!matchesLabelSelector(selector, templateLabels)) {
    field.fail(`must match spec.template.metadata.labels: the selector wants ${JSON.stringify(formatSelector(requirements))}, the template has ${JSON.stringify(templateLabels)}`);
  }
}

function checkRequirement(field: Field, { key, operator, values = [] }: LabelSelectorRequirement): void {
  checkName(field.at('key'), 'label-key', key);
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (needsValues && values.length === 0) field.at('values').fail(`must have at least one value with operator ${operator}`);
  if (!needsValues && values.length > 0) field.at('values').fail(`must be left out with operator ${operator}`);
  checkEach(field.at('values'), values, (element, value) => checkName(element, 'label-value', value));
}
