import type { LabelSelector, LabelSelectorOperator } from './object.ts';

/** One requirement on labels. `values` has at least one element for In and NotIn, none otherwise. */
export interface Requirement {
  readonly key: string;
  readonly operator: LabelSelectorOperator;
  readonly values: readonly string[];
}

/** Requirements that must all hold; an empty list matches everything. */
export type Selector = readonly Requirement[];

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>;

export { parseSelector } from './parse-selector.ts';

/** Whether labels meet every requirement. NotIn also holds where the key is absent. */
export function matchesSelector(selector: Selector, labels: Labels): boolean {
  return selector.every((requirement) => matchesRequirement(requirement, labels));
}

/** Whether labels meet a LabelSelector: an empty one matches everything, an absent one nothing. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  return selector !== undefined && matchesMap(selector.matchLabels ?? {}, labels)
    && (selector.matchExpressions ?? []).every(({ key, operator, values }) => matchesRequirement({ key, operator, values: values ?? [] }, labels));
}

/** Whether labels hold every pair of an equality map, such as a Service's selector. An empty map matches everything: callers that mean "nothing" ask first. */
export function matchesMap(map: Labels, labels: Labels): boolean {
  return Object.entries(map).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** The requirements of a LabelSelector; undefined where it is absent and so matches nothing. */
export function selectorOf(selector: LabelSelector | undefined): Selector | undefined {
  if (selector === undefined) return undefined;
  return [...selectorOfMap(selector.matchLabels ?? {}), ...(selector.matchExpressions ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] }))];
}

/** The requirements of an equality map. */
export function selectorOfMap(map: Labels): Selector {
  return Object.entries(map).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}

/** A selector as text that `parseSelector` reads back to the same meaning: `app=web,tier in (a,b),!old`. */
export function formatSelector(selector: Selector): string {
  return selector.map(formatRequirement).join(',');
}

function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
  }
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'In': return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(',')})`;
    case 'NotIn': return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(',')})`;
    case 'Exists': return key;
    case 'DoesNotExist': return `!${key}`;
  }
}
