import { Kind } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';

/** Names an operation in metrics: its type and first root field, such as `query pods`. Bounded by the schema, for callers can't choose it. */
export function operationLabel(operation: OperationDefinitionNode): string {
  const [first] = operation.selectionSet.selections;
  return `${operation.operation} ${first?.kind === Kind.FIELD ? first.name.value : 'fragment'}`;
}
