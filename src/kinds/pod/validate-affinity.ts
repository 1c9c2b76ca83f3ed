import { checkLabels, checkName } from '../../model/check-metadata.ts';
import { checkRange } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../../model/object.ts';
import { isWholeNumber } from './node-selector.ts';

/** Reports what is wrong with a Pod's rules about nodes. */
export function checkNodeRules(field: Field, { nodeSelector, affinity }: Pick<PodSpec, 'nodeSelector' | 'affinity'>): void {
  checkLabels(field.at('nodeSelector'), nodeSelector);
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } = affinity?.nodeAffinity ?? {};
  const affinityField = field.at('affinity').at('nodeAffinity');
  const terms = affinityField.at('requiredDuringSchedulingIgnoredDuringExecution').at('nodeSelectorTerms');
  if (required?.nodeSelectorTerms.length === 0) terms.fail('must have at least one term');
  checkEach(terms, required?.nodeSelectorTerms, checkTerm);
  checkEach(affinityField.at('preferredDuringSchedulingIgnoredDuringExecution'), preferred, (element, { weight, preference }) => {
    checkRange(element.at('weight'), weight, 1, 100);
    checkTerm(element.at('preference'), preference);
  });
}

function checkTerm(field: Field, { matchExpressions, matchFields }: NodeSelectorTerm): void {
  checkEach(field.at('matchExpressions'), matchExpressions, (element, requirement) => {
    checkName(element.at('key'), 'label-key', requirement.key);
    checkValues(element, requirement);
  });
  checkEach(field.at('matchFields'), matchFields, checkFieldRequirement);
}

function checkValues(field: Field, { operator, values = [] }: NodeSelectorRequirement): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) field.at('values').fail(`must have at least one value with operator ${operator}`);
      checkEach(field.at('values'), values, (element, value) => checkName(element, 'label-value', value));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) field.at('values').fail(`must be left out with operator ${operator}`);
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1 || !isWholeNumber(values[0])) field.at('values').fail(`must be exactly one whole number with operator ${operator}, such as ["4"]`);
  }
}

function checkFieldRequirement(field: Field, { key, operator, values = [] }: NodeSelectorRequirement): void {
  if (key !== 'metadata.name') field.at('key').fail(`is ${JSON.stringify(key)}; must be "metadata.name"`);
  if (operator !== 'In' && operator !== 'NotIn') field.at('operator').fail(`is ${operator}; must be In or NotIn`);
  else if (values.length !== 1) field.at('values').fail(`must be exactly one name with operator ${operator}`);
  checkEach(field.at('values'), values, (element, value) => checkName(element, 'dns-subdomain', value));
}
