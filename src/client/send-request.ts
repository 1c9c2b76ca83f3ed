import { ApiError } from '../model/errors.ts';
import { fromConnectionFailure, fromHttpStatus, fromWireErrors } from './to-api-error.ts';
import type { WireError } from './to-api-error.ts';
import { withoutNulls } from './without-nulls.ts';

/** Where requests go, and under which token. */
export interface Endpoint {
  readonly url: string;
  readonly token: string;
}

/** One attempt over HTTP. Rejects with ApiError, or with the reason of the caller's signal. Connections are kept alive by fetch. */
export async function sendRequest<T>(endpoint: Endpoint, body: { readonly query: string; readonly variables: unknown }, timeoutMs: number, signal: AbortSignal | undefined): Promise<T> {
  signal?.throwIfAborted();
  const attempt = new AbortController();
  const onAbort = (): void => attempt.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => attempt.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST', body: JSON.stringify(body), signal: attempt.signal,
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json', authorization: `Bearer ${endpoint.token}` },
    });
    return readAnswer<T>(response.status, await response.text());
  } catch (error) {
    if (error instanceof ApiError) throw error;
    signal?.throwIfAborted();
    throw fromConnectionFailure(endpoint.url, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function readAnswer<T>(status: number, text: string): T {
  const answer = parse(text);
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
