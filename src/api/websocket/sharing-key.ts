import { Kind, visit } from 'graphql';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { ApiContext } from '../context.ts';
import type { OperationInput } from '../execute/run.ts';
import type { PreparedDocument } from '../execute/prepare.ts';

const selecting = new WeakMap<OperationDefinitionNode, readonly string[]>();

/**
 * Equal for subscriptions whose results are equal wherever their events are: the same document, the same authority, and the same values of all variables that shape results.
 * Variables that only choose events (arguments of the root field: selectors, `afterRevision`) may differ.
 */
export function sharingKey(prepared: PreparedDocument, operation: OperationDefinitionNode, input: OperationInput, { identity }: Pick<ApiContext, 'identity'>): string {
  const authority = identity.type === 'admin' ? 'admin' : `${identity.type}:${identity.name}`;
  let names = selecting.get(operation);
  if (!names) selecting.set(operation, names = shapingVariables(prepared.document, operation));
  return JSON.stringify([prepared.hash, operation.name?.value, authority, names.map((name) => input.variables?.[name])]);
}

/** Variables that appear anywhere but in the arguments of the root field. */
function shapingVariables(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const [root] = operation.selectionSet.selections;
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (node) => (root?.kind === Kind.FIELD && root.arguments?.includes(node) ? false : undefined),
    Variable: (node) => { names.add(node.name.value); },
  });
  return [...names].sort();
}
