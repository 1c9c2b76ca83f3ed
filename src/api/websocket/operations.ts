import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { Context, SubscribePayload } from 'graphql-ws';
import { ApiError } from '../../model/errors.ts';
import type { Identity } from '../../store/store.ts';
import { actorOf, createContext } from '../context.ts';
import type { ApiContext } from '../context.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { OperationInput, RunnableOperation } from '../execute/run.ts';
import { asGraphQLError } from '../format-error.ts';
import type { GraphQLService } from '../graphql-service.ts';
import { refuse, tooSoon } from '../limits.ts';
import { operationLabel } from '../operation-label.ts';
import { codeOf, logSocketOperation } from '../request-log.ts';
import type { Outlet } from './outlet.ts';
import { startSubscription } from './subscribe.ts';

/** What one WebSocket connection carries. */
export interface Connection {
  readonly request: IncomingMessage;
  /** Known once it was let in. */
  identity: Identity | undefined;
  authorization: unknown;
  /** Aborts when the connection closes. */
  readonly abort: AbortController;
  /** Where the results of subscriptions go. */
  readonly outlet: Outlet;
}

/** An operation on its way from its message to its execution. */
interface PreparedArgs extends ExecutionArgs {
  readonly prepared: PreparedDocument;
  readonly input: OperationInput;
  readonly runnable: RunnableOperation;
  readonly contextValue: ApiContext;
  readonly outlet: Outlet;
  /** The operation's id as JSON text. */
  readonly idText: string;
}

const mostOperations = 1000;

/** The `Authorization` of a connection: from connection_init's payload, in either spelling, or else the header of the upgrade. */
export function authorizationOf(context: Context<Record<string, unknown>, Connection>): unknown {
  const parameters = context.connectionParams ?? {};
  const authorization = parameters['Authorization'] ?? parameters['authorization'] ?? context.extra.request.headers.authorization;
  context.extra.authorization = authorization;
  return authorization;
}

/** Parses, checks and coerces what a `subscribe` message asks for; errors in GraphQL's shape where it is refused. */
export function prepareOperation(service: GraphQLService, context: Context<Record<string, unknown>, Connection>, id: string, payload: SubscribePayload): PreparedArgs | readonly GraphQLError[] {
  const { parts } = service;
  const { identity, abort } = context.extra;
  let text: string;
  try {
    if (!identity) throw new ApiError('UNAUTHENTICATED', 'the connection was not let in');
    refuse('operations of one connection', Object.keys(context.subscriptions).length, mostOperations);
    const waitMs = service.rate.take(actorOf(identity), parts.clock.now());
    if (waitMs > 0) throw tooSoon(parts.limits.operationsPerSecond, waitMs);
    text = service.known.textOf({ query: payload.query, documentId: documentIdOf(payload) }, identity);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    parts.metrics.countRefusal(error.code);
    return [asGraphQLError(error)];
  }
  const preparation = service.documents.prepare(text);
  if (preparation.errors) {
    parts.metrics.countRefusal(String(preparation.errors[0]?.extensions['code']));
    return preparation.errors;
  }
  const { prepared } = preparation;
  const input = { operationName: payload.operationName ?? undefined, variables: payload.variables ?? undefined };
  const runnable = service.executor.ready(prepared, input);
  if (!('run' in runnable)) return runnable.errors ?? [];
  return {
    schema: service.schema, document: prepared.document, operationName: input.operationName ?? null, variableValues: input.variables ?? null,
    contextValue: createContext(parts, identity, () => abort.signal), prepared, input, runnable,
    outlet: context.extra.outlet, idText: JSON.stringify(id),
  };
}

/** Stands beside a `query` that the protocol wants even where it is empty. */
function documentIdOf(payload: SubscribePayload): string | undefined {
  const id = 'documentId' in payload ? payload.documentId : payload.extensions?.['documentId'];
  return typeof id === 'string' ? id : undefined;
}

/** Runs what `prepareOperation` made. */
export async function runPrepared(service: GraphQLService, args: ExecutionArgs): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  const { prepared, input, runnable, contextValue, outlet, idText } = args as PreparedArgs;
  const label = operationLabel(runnable.operation), { actor } = contextValue;
  const log = logSocketOperation(service.parts.logger, label, actor);
  if (runnable.operation.operation === 'subscription') {
    const started = await startSubscription(service, { prepared, input, runnable, context: contextValue, outlet, idText, onEnd: (results) => log({ results }) });
    if (!(Symbol.asyncIterator in started)) log({ code: codeOf(started.errors) ?? 'INTERNAL' });
    return started;
  }
  const startedMs = performance.now();
  const result = await service.parts.tracer.span(label, { actor }, () => service.executor.execute(prepared, input, contextValue));
  log({ code: codeOf(result.errors) });
  service.parts.metrics.observeOperation(label, 'websocket', result.errors ? 'error' : 'ok', (performance.now() - startedMs) / 1000);
  return result;
}
