import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { HTTPGraphQLRequest } from '@apollo/server';
import type { GraphQLError } from 'graphql';
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
import { readBody } from './read-body.ts';

/** The status of a request that is refused before it runs, by code. */
const statusOf: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, LIMIT_EXCEEDED: 413, UNAVAILABLE: 503, INTERNAL: 500 };

/** Answers `/graphql` by the GraphQL-over-HTTP specification, and tells in `line` what it was. */
export async function answerGraphQL(request: IncomingMessage, response: ServerResponse, service: GraphQLService, apollo: Apollo, line: RequestLine): Promise<void> {
  const startedMs = performance.now();
  const { parts } = service;
  const type = preferredMediaType(request.headers.accept);
  const refuse = (status: number, error: ApiError, headers: Readonly<Record<string, string>> = {}) => {
    line.code = error.code;
    parts.metrics.countRefusal(error.code);
    sendErrors(request, response, status, service.format([error]), headers);
  };
  if (!type) return refuse(406, new ApiError('INVALID', `the answer can only be ${mediaTypes.response} or ${mediaTypes.json}, which "accept" leaves out`));
  if (request.method !== 'GET' && request.method !== 'POST') return refuse(405, new ApiError('INVALID', 'GraphQL is asked by GET or POST'), { allow: 'GET, POST' });
  try {
    const identity = await authenticate(request.headers.authorization, parts.store.credentials);
    line.actor = actorOf(identity);
    const waitMs = service.rate.take(actorOf(identity), parts.clock.now());
    if (waitMs > 0) return refuse(429, tooSoon(parts.limits.operationsPerSecond, waitMs), { 'retry-after': String(Math.ceil(waitMs / 1000)) });
    const parameters = await readParameters(request, parts.limits.bodyBytes);
    const query = service.known.textOf(parameters, identity);
    const preparation = service.documents.prepare(query);
    if (preparation.errors) {
      line.code = codeOf(preparation.errors);
      parts.metrics.countRefusal(String(preparation.errors[0]?.extensions['code']));
      return sendErrors(request, response, statusOfRefusal(preparation.errors, type), service.format(preparation.errors));
    }
    const abort = new AbortController();
    response.once('close', () => { if (!response.writableFinished) abort.abort(); });
    const { prepared } = preparation;
    const operation = operationOf(prepared.document, parameters.operationName);
    line.operation = operation && operationLabel(operation);
    if (operation?.operation === 'subscription') {
      return refuse(type === mediaTypes.json ? 200 : 400, new ApiError('INVALID', 'subscriptions go over a WebSocket at the same address, by graphql-transport-ws'));
    }
    const answer = await parts.tracer.span(line.operation ?? 'request', { actor: line.actor },
      () => apollo.execute(toApollo(request, parameters, query), { api: createContext(parts, identity, abort.signal), prepared }), header(request, 'traceparent'));
    if (answer.body.kind !== 'complete') throw new Error('an answer in several parts was not asked for');
    const status = answer.status ?? 200;
    line.code = codeInAnswer(answer.body.string);
    const isWrongVariables = status === 400 && operation !== undefined;
    send(response, isWrongVariables && type === mediaTypes.json ? 200 : status, { ...Object.fromEntries(answer.headers), 'content-type': `${type}; charset=utf-8` }, answer.body.string);
    if (line.operation) parts.metrics.observeOperation(line.operation, 'http', answer.body.string.startsWith('{"errors"') ? 'error' : 'ok', (performance.now() - startedMs) / 1000);
  } catch (error) {
    if (response.headersSent || request.destroyed && !(error instanceof ApiError)) return void response.destroy();
    if (!(error instanceof ApiError)) return sendErrors(request, response, 500, service.format([error]));
    const status = error instanceof BadRequest ? error.status : statusOf[error.code] ?? 400;
    refuse(status, error, status === 401 ? { 'www-authenticate': 'Bearer' } : status === 413 ? { connection: 'close' } : {});
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

interface Parameters {
  readonly query: string | undefined;
  readonly documentId: string | undefined;
  readonly operationName: string | undefined;
  /** The parsed body of a POST. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

class BadRequest extends ApiError {
  constructor(readonly status: number, message: string) {
    super('INVALID', message);
  }
}

async function readParameters(request: IncomingMessage, limitBytes: number): Promise<Parameters> {
  if (request.method === 'GET') {
    const search = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const [variables, extensions] = ['variables', 'extensions'].map((name) => parseJson(search.get(name) ?? 'null', `the parameter "${name}"`));
    return checked({ query: search.get('query') ?? undefined, documentId: search.get('documentId') ?? undefined, operationName: search.get('operationName') ?? undefined, variables, extensions }, undefined);
  }
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type !== mediaTypes.json) throw new BadRequest(415, `the body must be ${mediaTypes.json}, and content-type must say so`);
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length).replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') throw new BadRequest(415, 'the body must be UTF-8');
  const body = parseJson(await readBody(request, limitBytes), 'the body');
  if (Array.isArray(body)) throw new BadRequest(400, 'one request at a time: batches are not supported; several root fields in one document, or commitChangeSet, do the same');
  if (typeof body !== 'object' || body === null) throw new BadRequest(400, 'the body must be a JSON object with "query" or "documentId"');
  return checked(body as Readonly<Record<string, unknown>>, body as Parameters['body']);
}

function checked({ query, documentId, operationName, variables, extensions }: Readonly<Record<string, unknown>>, body: Parameters['body']): Parameters {
  const isMap = (value: unknown) => value == null || (typeof value === 'object' && !Array.isArray(value));
  if (query != null && typeof query !== 'string') throw new BadRequest(400, '"query" must be text');
  if (documentId != null && typeof documentId !== 'string') throw new BadRequest(400, '"documentId" must be text');
  if (operationName != null && typeof operationName !== 'string') throw new BadRequest(400, '"operationName" must be text');
  if (!isMap(variables)) throw new BadRequest(400, '"variables" must be a map');
  if (!isMap(extensions)) throw new BadRequest(400, '"extensions" must be a map');
  return { query: query ?? undefined, documentId: documentId ?? undefined, operationName: operationName ?? undefined, body };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest(400, `${what} is not valid JSON`);
  }
}

function toApollo(request: IncomingMessage, { body, documentId }: Parameters, query: string): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const name of ['accept', 'content-type']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const url = request.url ?? '/';
  const search = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  const method = request.method ?? 'POST';
  if (documentId === undefined) return { method, headers, search, body };
  const filled = new URLSearchParams(search);
  filled.set('query', query);
  return { method, headers, search: `?${String(filled)}`, body: body && { ...body, query } };
}

/** Under the older media type a well-formed request gets 200 even where its document is refused. */
function statusOfRefusal(errors: readonly GraphQLError[], type: string): number {
  const internal = errors.some((error) => error.extensions['code'] === 'INTERNAL');
  return internal ? 500 : type === mediaTypes.json ? 200 : 400;
}
