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
import { fragmentsOf, operationOf } from './prepare.ts';
import type { PreparedDocument } from './prepare.ts';

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
}

interface Uses {
  count: number;
  compiled: CompiledQuery | undefined;
}

/** Compiling costs as much as some hundred runs; a document with its values written into it never comes again. */
const compileAtUse = 2;

/** What an executor holds an operation's cost against. */
export interface CostLimit {
  readonly limit: number;
  /** How many objects of a kind there are now. */
  count(kind: KindName): number;
}

/** An executor for one schema. */
export function createExecutor(schema: GraphQLSchema, cost: CostLimit): Executor {
  const known = new WeakMap<OperationDefinitionNode, Uses>();
  const plans = new WeakMap<OperationDefinitionNode, CostPlan>();

  /** Undefined where an operation is within the limit. */
  const checkCost = ({ document }: PreparedDocument, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>) => {
    let plan = plans.get(operation);
    if (!plan) plans.set(operation, plan = planCost(schema, operation, fragmentsOf(document)));
    return exceeds('cost', costOf(plan, variables, cost.count, cost.limit), cost.limit, 'ask for smaller pages ("first") of inner lists, or for fewer fields');
  };

  const compiledFor = (prepared: PreparedDocument, operation: OperationDefinitionNode): CompiledQuery | undefined => {
    if (!prepared.compilable) return undefined;
    let uses = known.get(operation);
    if (!uses) known.set(operation, uses = { count: 0, compiled: undefined });
    uses.count += 1;
    if (uses.count === compileAtUse || (uses.count === 1 && operation.operation === 'subscription')) {
      uses.compiled = compileOperation(schema, prepared.document, operation.name?.value);
    }
    return uses.compiled;
  };

  const ready: Executor['ready'] = (prepared, input) => {
    const operation = operationOf(prepared.document, input.operationName);
    if (!operation) return { errors: [noOperation(input.operationName)] };
    const coerced = coerceVariables(schema, operation.variableDefinitions ?? [], input.variables ?? {});
    if (coerced.errors) return { errors: coerced.errors };
    const tooMuch = checkCost(prepared, operation, coerced.values);
    if (tooMuch) return { errors: [asGraphQLError(tooMuch)] };
    const compiled = compiledFor(prepared, operation);
    const run: RunnableOperation['run'] = (context, root) => (compiled
      ? compiled(root, context, coerced.values)
      : execute({ schema, document: prepared.document, operationName: input.operationName ?? null, rootValue: root, contextValue: context, variableValues: input.variables ?? null }));
    return { operation, variables: coerced.values, run };
  };

  return {
    ready,
    execute: async (prepared, input, context) => {
      const runnable = ready(prepared, input);
      if (!('run' in runnable)) return runnable;
      try {
        const least = leastRevision(prepared, runnable.variables);
        if (least > 0) context.reading.pin(await context.parts.store.snapshotAtLeast(least, context.signal));
      } catch (error) {
        return { data: null, errors: [new GraphQLError(error instanceof Error ? error.message : 'failed', { originalError: error instanceof Error ? error : null })] };
      }
      return runnable.run(context);
    },
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
