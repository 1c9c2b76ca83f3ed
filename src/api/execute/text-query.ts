import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { ApiContext } from '../context.ts';
import { compileOperation } from './compile.ts';
import { OwnText } from './own-text.ts';
import type { TextBudgets } from './own-text.ts';
import { planTexts } from './plan-texts.ts';
import { fragmentsOf } from './prepare.ts';
import { writeText } from './write-text.ts';

/** Runs a query and gives its data as text. Undefined where there were errors: whoever wants these runs it in the ordinary way, on the same snapshot. */
export type TextQuery = (context: ApiContext, variables: Readonly<Record<string, unknown>>) => Promise<string | undefined> | string | undefined;

/** A query whose objects are written once under each selection, or undefined where none of its selections stands for itself. */
export function createTextQuery(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, budgets: TextBudgets): TextQuery | undefined {
  const plan = planTexts(schema, document, operation, fragmentsOf(document));
  const compiled = plan && compileOperation(schema, plan.document, undefined);
  if (!compiled) return undefined;
  const texts = plan.selections.map(({ type, selectionSet }) => new OwnText(schema, document, type, selectionSet, budgets));
  return (context, variables) => {
    const result = compiled(undefined, context, variables);
    if ('then' in result) return result.then(({ data, errors }) => (errors ? undefined : writeText(data, texts, context)));
    return result.errors ? undefined : writeText(result.data, texts, context);
  };
}
