import { execute, GraphQLError, Kind } from 'graphql';
import type { ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { ApiContext } from '../context.ts';
import type { KindName } from '../../model/object.ts';
import { asGraphQLError } from '../format-error.ts';
import { exceeds } from '../limits.ts';
import { costOf, planCost } from '../limits-cost.ts';
import type { CostPlan } from '../limits-cost.ts';
import { coerceVariables } from './coerce-variables.ts';
import { compileOperation } from './compile.ts';
import type { CompiledQuery } from './compile.ts';
import { TextBudget } from './kept-texts.ts';
import { fragmentsOf, operationOf } from './prepare.ts';
import type { PreparedDocument } from './prepare.ts';
import { createTextQuery } from './text-query.ts';
import type { TextQuery } from './text-query.ts';

/** Variables and the operation's name, as a request gives them. */
export interface OperationInput {
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** One operation, ready to run any number of times. */
export interface RunnableOperation {
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Runs it on a root value: undefined for queries and mutations, the event for subscriptions. */
  run(context: ApiContext, root?: unknown): Promise<ExecutionResult> | ExecutionResult;
}

/** Runs prepared documents: by graphql-js at first, compiled by graphql-jit once a document comes again. */
export interface Executor {
  /** The operation that a request means, or a result that only has errors: no such operation, wrong variables, too high a cost. */
  ready(prepared: PreparedDocument, input: OperationInput): RunnableOperation | ExecutionResult;
  /** A query or mutation from start to end; waits for `minRevision` first. */
  execute(prepared: PreparedDocument, input: OperationInput, context: ApiContext): Promise<ExecutionResult>;
  /** The same, for callers that only want the text of the data: objects that were written under the same selection before are not written again. */
  answer(prepared: PreparedDocument, input: OperationInput, context: ApiContext): Promise<ExecutionResult | WrittenData>;
}

/** Data without errors as JSON text. */
export interface WrittenData {
  readonly text: string;
}

/** What is known of an operation of a prepared document. Made when it is first needed. */
interface Known {
  uses: number;
  compiled?: CompiledQuery | undefined;
  cost?: CostPlan;
  /** Null where nothing of it is worth keeping as text. */
  texts?: TextQuery | null;
}

/** Compiling costs as much as some hundred runs; a document with its values written into it never comes again. */
const compileAtUse = 2;

/** What an executor holds an operation's cost against. */
export interface CostLimit {
  readonly limit: number;
  /** How many objects of a kind there are now. */
  count(kind: KindName): number;
}

/** Characters of texts that are kept. */
const mostText = { objects: 12_000_000, lists: 8_000_000 };

/** An executor for one schema. */
export function createExecutor(schema: GraphQLSchema, cost: CostLimit): Executor {
  const known = new WeakMap<OperationDefinitionNode, Known>();
  const budgets = { objects: new TextBudget(mostText.objects), lists: new TextBudget(mostText.lists) };
  const knownOf = (operation: OperationDefinitionNode): Known => {
    let found = known.get(operation);
    if (!found) known.set(operation, found = { uses: 0 });
    return found;
  };

  /** Undefined where an operation is within the limit. */
  const checkCost = ({ document }: PreparedDocument, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>) => {
    const plan = knownOf(operation).cost ??= planCost(schema, operation, fragmentsOf(document));
    return exceeds('cost', costOf(plan, variables, cost.count, cost.limit), cost.limit, 'ask for smaller pages ("first") of inner lists, or for fewer fields');
  };

  const isWorthCompiling = ({ compilable }: PreparedDocument, operation: OperationDefinitionNode) =>
    compilable && (knownOf(operation).uses >= compileAtUse || operation.operation === 'subscription');

  const compiledFor = (prepared: PreparedDocument, operation: OperationDefinitionNode): CompiledQuery | undefined => {
    if (!isWorthCompiling(prepared, operation)) return undefined;
    const found = knownOf(operation);
    if (!('compiled' in found)) found.compiled = compileOperation(schema, prepared.document, operation.name?.value);
    return found.compiled;
  };

  const textsFor = (prepared: PreparedDocument, operation: OperationDefinitionNode): TextQuery | null =>
    (isWorthCompiling(prepared, operation) ? knownOf(operation).texts ??= createTextQuery(schema, prepared.document, operation, budgets) ?? null : null);

  const ready: Executor['ready'] = (prepared, input) => {
    const operation = operationOf(prepared.document, input.operationName);
    if (!operation) return { errors: [noOperation(input.operationName)] };
    const coerced = coerceVariables(schema, operation.variableDefinitions ?? [], input.variables ?? {});
    if (coerced.errors) return { errors: coerced.errors };
    const tooMuch = checkCost(prepared, operation, coerced.values);
    if (tooMuch) return { errors: [asGraphQLError(tooMuch)] };
    knownOf(operation).uses += 1;
    const run: RunnableOperation['run'] = (context, root) => {
      const compiled = compiledFor(prepared, operation);
      if (compiled) return compiled(root, context, coerced.values);
      return execute({ schema, document: prepared.document, operationName: input.operationName ?? null, rootValue: root, contextValue: context, variableValues: input.variables ?? null });
    };
    return { operation, variables: coerced.values, run };
  };

  /** Waits for the revision that an operation wants to have seen. A result where that is impossible. */
  const waitFor = async (least: number, context: ApiContext): Promise<ExecutionResult | undefined> => {
    try {
      context.reading.pin(await context.parts.store.snapshotAtLeast(least, context.signal));
      return undefined;
    } catch (error) {
      return { data: null, errors: [new GraphQLError(error instanceof Error ? error.message : 'failed', { originalError: error instanceof Error ? error : null })] };
    }
  };

  const answer = async (prepared: PreparedDocument, input: OperationInput, context: ApiContext, asText: boolean): Promise<ExecutionResult | WrittenData> => {
    const runnable = ready(prepared, input);
    if (!('run' in runnable)) return runnable;
    const least = leastRevision(prepared, runnable.variables);
    const failed = least > 0 ? await waitFor(least, context) : undefined;
    if (failed) return failed;
    const made = asText ? textsFor(prepared, runnable.operation)?.(context, runnable.variables) : undefined;
    const text = typeof made === 'object' ? await made : made;
    return text === undefined ? runnable.run(context) : { text };
  };

  return {
    ready,
    execute: (prepared, input, context) => answer(prepared, input, context, false) as Promise<ExecutionResult>,
    answer: (prepared, input, context) => answer(prepared, input, context, true),
  };
}

function noOperation(name: string | undefined): GraphQLError {
  const message = name ? `the document has no operation named "${name}"` : 'the document has several operations, or none; operationName tells which';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } });
}

/** The newest of all the revisions that an operation wants to have seen; one snapshot then answers all of it. */
function leastRevision(prepared: PreparedDocument, variables: Readonly<Record<string, unknown>>): number {
  if (prepared.minRevisions.length === 0) return 0;
  return Math.max(0, ...prepared.minRevisions.map((value) => {
    const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : 'value' in value ? value.value : undefined;
    return given == null ? 0 : Number(given);
  }));
}
