import type { Node, NodeSelectorRequirement, NodeSelectorTerm } from '../model/object.ts';

/** Whether a node meets a term: all its requirements. A term without any matches nothing. */
export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  return matchExpressions.every((requirement) => matchesValue(requirement, node.metadata.labels[requirement.key]))
    && matchFields.every((requirement) => requirement.key === 'metadata.name' && matchesValue(requirement, node.metadata.name));
}

function matchesValue({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    case 'Gt': return compare(value, values[0], (a, b) => a > b);
    case 'Lt': return compare(value, values[0], (a, b) => a < b);
  }
}

/** Only whole numbers compare; anything else is no match. */
function compare(value: string | undefined, limit: string | undefined, holds: (a: bigint, b: bigint) => boolean): boolean {
  const whole = /^[+-]?[0-9]{1,19}$/;
  return value !== undefined && limit !== undefined && whole.test(value) && whole.test(limit) && holds(BigInt(value), BigInt(limit));
}
