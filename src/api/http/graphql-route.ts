import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { noTracer } from '../../lib/tracer.ts';
import { ApiError } from '../../model/errors.ts';
import { authenticate } from '../authenticate.ts';
import { actorOf, createContext } from '../context.ts';
import { operationOf } from '../execute/prepare.ts';
import type { GraphQLService } from '../graphql-service.ts';
import { tooSoon } from '../limits.ts';
import { operationLabel } from '../operation-label.ts';
import { codeInAnswer, codeOf } from '../request-log.ts';
import type { RequestLine } from '../request-log.ts';
import { mediaTypes, preferredMediaType, send, sendErrors } from './answer.ts';
import type { Apollo } from './apollo.ts';
import { readParameters, Refusal } from './read-parameters.ts';
import { respond, signalOf } from './respond.ts';

/** The status of a request that is refused before it runs, by code. */
const statusOf: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, LIMIT_EXCEEDED: 413, UNAVAILABLE: 503, INTERNAL: 500 };

const headersOf: Readonly<Record<number, Readonly<Record<string, string>>>> = { 401: { 'www-authenticate': 'Bearer' }, 413: { connection: 'close' } };

/** Answers `/graphql` by the GraphQL-over-HTTP specification, and tells in `line` what it was. */
export async function answerGraphQL(request: IncomingMessage, response: ServerResponse, service: GraphQLService, apollo: Apollo, line: RequestLine): Promise<void> {
  try {
    await answerOrThrow(request, response, service, apollo, line);
  } catch (error) {
    if (response.headersSent || request.destroyed && !(error instanceof ApiError)) return void response.destroy();
    const id = { 'x-request-id': line.requestId };
    if (!(error instanceof ApiError)) return sendErrors(request, response, 500, service.format([error]), id);
    line.code = error.code;
    service.parts.metrics.countRefusal(error.code);
    const { status = statusOf[error.code] ?? 400, headers = {} } = error instanceof Refusal ? error : {};
    sendErrors(request, response, status, service.format([error]), { ...id, ...headersOf[status], ...headers });
  }
}

async function answerOrThrow(request: IncomingMessage, response: ServerResponse, service: GraphQLService, apollo: Apollo, line: RequestLine): Promise<void> {
  const { parts } = service;
  const type = preferredMediaType(request.headers.accept);
  if (!type) throw new Refusal(406, `the answer can only be ${mediaTypes.response} or ${mediaTypes.json}, which "accept" leaves out`);
  if (request.method !== 'GET' && request.method !== 'POST') throw new Refusal(405, 'GraphQL is asked by GET or POST', { allow: 'GET, POST' });
  const identity = await authenticate(request.headers.authorization, parts.store.credentials);
  const actor = line.actor = actorOf(identity);
  const waitMs = service.rate.take(actor, parts.clock.now());
  if (waitMs > 0) throw new Refusal(429, tooSoon(parts.limits.operationsPerSecond, waitMs).message, { 'retry-after': String(Math.ceil(waitMs / 1000)) }, 'LIMIT_EXCEEDED');
  const parameters = await readParameters(request, parts.limits.bodyBytes);
  const query = service.known.textOf(parameters, identity);
  const preparation = service.documents.prepare(query);
  if (preparation.errors) {
    line.code = codeOf(preparation.errors);
    parts.metrics.countRefusal(String(preparation.errors[0]?.extensions['code']));
    return sendErrors(request, response, statusOfRefusal(preparation.errors, type), service.format(preparation.errors), { 'x-request-id': line.requestId });
  }
  const { prepared } = preparation;
  const operation = operationOf(prepared.document, parameters.operationName);
  line.operation = operation && operationLabel(operation);
  if (operation?.operation === 'subscription') throw new Refusal(type === mediaTypes.json ? 200 : 400, 'subscriptions go over a WebSocket at the same address, by graphql-transport-ws');
  const context = createContext(parts, identity, () => signalOf(response), actor);
  const asked = { request, parameters, query, prepared, context };
  const { status = 200, headers, text } = await (parts.tracer === noTracer ? respond(apollo, asked)
    : parts.tracer.span(line.operation ?? 'request', { actor }, () => respond(apollo, asked), header(request, 'traceparent')));
  line.code = codeInAnswer(text);
  const isWrongVariables = status === 400 && operation !== undefined;
  send(response, isWrongVariables && type === mediaTypes.json ? 200 : status, { ...others(headers), 'x-request-id': line.requestId, 'content-type': `${type}; charset=utf-8` }, text);
  if (line.operation) parts.metrics.observeOperation(line.operation, 'http', text.startsWith('{"errors"') ? 'error' : 'ok', (performance.now() - line.startedMs) / 1000);
}

/** What Apollo adds: nothing, most of the time. */
function others(headers: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return headers.size === 0 ? {} : Object.fromEntries(headers);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Under the older media type a well-formed request gets 200 even where its document is refused. */
function statusOfRefusal(errors: readonly GraphQLError[], type: string): number {
  const internal = errors.some((error) => error.extensions['code'] === 'INTERNAL');
  return internal ? 500 : type === mediaTypes.json ? 200 : 400;
}
