import type { Node, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../model/object.ts';

/** What node selectors look at. */
export type SelectableNode = { readonly metadata: Pick<Node['metadata'], 'name' | 'labels'> };

/** Whether at least one term holds. */
export function matchesNodeSelector(selector: NodeSelector, node: SelectableNode): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesNodeSelectorTerm(term, node));
}

/** Whether all requirements of a term hold; a term without any matches nothing. */
export function matchesNodeSelectorTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: SelectableNode): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return matchExpressions.every((requirement) => matchesNodeRequirement(requirement, valueOf(node.metadata.labels, requirement.key)))
    && matchFields.every((requirement) => matchesNodeRequirement(requirement, requirement.key === 'metadata.name' ? node.metadata.name : undefined));
}

/** Whether a value, or its absence, meets a requirement. Gt and Lt compare whole numbers; what is none matches neither. */
export function matchesNodeRequirement({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    case 'Gt': return isWholeNumber(value) && isWholeNumber(values[0]) && BigInt(value) > BigInt(values[0]);
    case 'Lt': return isWholeNumber(value) && isWholeNumber(values[0]) && BigInt(value) < BigInt(values[0]);
  }
}

/** Whether a text is a whole number, as Gt and Lt need. */
export function isWholeNumber(text: string | undefined): text is string {
  return text !== undefined && /^-?[0-9]{1,19}$/.test(text);
}

function valueOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
