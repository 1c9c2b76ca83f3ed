import { checkName } from '../../model/check-metadata.ts';
import { checkLabelSelector } from '../../model/check-selector.ts';
import { checkRange } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { PodAffinity, PodAffinityTerm, PodSpec, TopologySpreadConstraint } from '../../model/object.ts';

/** Reports what is wrong with a Pod's rules about other Pods. */
export function checkOtherPodRules(field: Field, { affinity, topologySpreadConstraints }: Pick<PodSpec, 'affinity' | 'topologySpreadConstraints'>): void {
  for (const name of ['podAffinity', 'podAntiAffinity'] as const) {
    const rules = affinity?.[name];
    if (rules) checkPodAffinity(field.at('affinity').at(name), rules);
  }
  checkEach(field.at('topologySpreadConstraints'), topologySpreadConstraints, checkConstraint);
  checkPairs(field.at('topologySpreadConstraints'), topologySpreadConstraints ?? []);
}

function checkPodAffinity(field: Field, { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred }: PodAffinity): void {
  checkEach(field.at('requiredDuringSchedulingIgnoredDuringExecution'), required, checkTerm);
  checkEach(field.at('preferredDuringSchedulingIgnoredDuringExecution'), preferred, (element, { weight, podAffinityTerm }) => {
    checkRange(element.at('weight'), weight, 1, 100);
    checkTerm(element.at('podAffinityTerm'), podAffinityTerm);
  });
}

function checkTerm(field: Field, term: PodAffinityTerm): void {
  const { labelSelector, namespaces, namespaceSelector, topologyKey, matchLabelKeys, mismatchLabelKeys = [] } = term;
  checkName(field.at('topologyKey'), 'label-key', topologyKey);
  if (labelSelector) checkLabelSelector(field.at('labelSelector'), labelSelector);
  if (namespaceSelector) checkLabelSelector(field.at('namespaceSelector'), namespaceSelector);
  checkEach(field.at('namespaces'), namespaces, (element, name) => checkName(element, 'dns-label', name));
  checkLabelKeys(field.at('matchLabelKeys'), matchLabelKeys, term.labelSelector !== undefined);
  checkLabelKeys(field.at('mismatchLabelKeys'), mismatchLabelKeys, term.labelSelector !== undefined);
  checkEach(field.at('matchLabelKeys'), matchLabelKeys, (element, key) => { if (mismatchLabelKeys.includes(key)) element.fail('must not be in mismatchLabelKeys too'); });
}

function checkConstraint(field: Field, constraint: TopologySpreadConstraint): void {
  const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector, minDomains, matchLabelKeys } = constraint;
  checkRange(field.at('maxSkew'), maxSkew, 1);
  checkName(field.at('topologyKey'), 'label-key', topologyKey);
  if (labelSelector) checkLabelSelector(field.at('labelSelector'), labelSelector);
  checkRange(field.at('minDomains'), minDomains, 1);
  if (minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule') field.at('minDomains').fail('must be left out unless whenUnsatisfiable is DoNotSchedule');
  checkLabelKeys(field.at('matchLabelKeys'), matchLabelKeys, labelSelector !== undefined);
}

function checkLabelKeys(field: Field, keys: readonly string[] | undefined, hasSelector: boolean): void {
  checkEach(field, keys, (element, key) => checkName(element, 'label-key', key));
  if (keys && keys.length > 0 && !hasSelector) field.fail('must be left out where labelSelector is');
}

function checkPairs(field: Field, constraints: readonly TopologySpreadConstraint[]): void {
  const seen = new Set<string>();
  constraints.forEach(({ topologyKey, whenUnsatisfiable }, position) => {
    const pair = `${topologyKey} ${whenUnsatisfiable}`;
    if (seen.has(pair)) field.index(position).fail(`is a second constraint for ${topologyKey} with ${whenUnsatisfiable}; give one`);
    seen.add(pair);
  });
}
