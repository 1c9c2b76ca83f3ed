import * as http from 'node:http';
import * as https from 'node:https';
import { text as textOf } from 'node:stream/consumers';
import { ApiError } from '../model/errors.ts';
import { TooSoonError } from './retry.ts';
import { fromConnectionFailure, fromHttpStatus, fromWireErrors } from './to-api-error.ts';
import type { WireError } from './to-api-error.ts';
import { withoutNulls } from './without-nulls.ts';

/** Where requests go, and under which token. */
export interface Endpoint {
  readonly url: string;
  /** The one to show from now on; it may change. */
  token: string;
}

/** One attempt over HTTP. Rejects with ApiError, or with the reason of the caller's signal. */
export async function sendRequest<T>(endpoint: Endpoint, body: { readonly query: string; readonly variables: unknown }, timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  const attempt = new AbortController();
  const onAbort = (): void => attempt.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => attempt.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return readAnswer<T>(await post(endpoint, JSON.stringify(body), attempt.signal));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    signal?.throwIfAborted();
    throw fromConnectionFailure(endpoint.url, attempt.signal.aborted ? attempt.signal.reason : error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Idle connections are closed before servers close theirs (after 5 s), so that no request meets a closing one. They keep no process alive. */
const kept = { keepAlive: true, timeout: 4000 };
const transports = { 'http:': { request: http.request, agent: new http.Agent(kept) }, 'https:': { request: https.request, agent: new https.Agent(kept) } };

interface HttpAnswer {
  readonly status: number;
  /** Seconds, as the server writes them. */
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** Node's own client: a fraction of what fetch costs, in time and in memory. */
function post({ url, token }: Endpoint, body: string, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const address = new URL(url);
    const transport = address.protocol === 'https:' ? transports['https:'] : transports['http:'];
    const outgoing = transport.request(address, {
      method: 'POST', agent: transport.agent, signal,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), accept: 'application/graphql-response+json, application/json', authorization: `Bearer ${token}` },
    }, (answer) => void textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], text }), reject));
    outgoing.on('error', reject).end(body);
  });
}

/** Where a refusal says nothing that is understood. */
const usualRetryMs = 1000;

function readAnswer<T>({ status, retryAfter, text }: HttpAnswer): T {
  const answer = parse(text);
  if (status === 429) {
    const seconds = Number(retryAfter ?? NaN);
    throw new TooSoonError(answer?.errors?.[0]?.message ?? `the server answered with status 429: ${text.slice(0, 200)}`, Number.isFinite(seconds) ? seconds * 1000 : usualRetryMs);
  }
  if (answer?.errors?.length) throw fromWireErrors(answer.errors);
  if (answer?.data == null) throw fromHttpStatus(status, text);
  return withoutNulls(answer.data as T);
}

function parse(text: string): { readonly data?: unknown; readonly errors?: readonly WireError[] } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
