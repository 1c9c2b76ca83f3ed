import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { HTTPGraphQLRequest } from '@apollo/server';
import type { ApiContext } from '../context.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { Apollo } from './apollo.ts';
import type { Parameters } from './read-parameters.ts';

/** What an operation's caller gets. */
export interface OperationAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A well-formed request. */
export interface OperationRequest {
  readonly request: IncomingMessage;
  readonly parameters: Parameters;
  /** The text that it means, whether it gave that or a hash. */
  readonly query: string;
  readonly prepared: PreparedDocument;
  readonly context: ApiContext;
}

/** Runs an operation through Apollo Server. */
export async function respond(apollo: Apollo, asked: OperationRequest): Promise<OperationAnswer> {
  const { body, headers, status = 200 } = await apollo.execute(toApollo(asked), { api: asked.context, prepared: asked.prepared });
  if (body.kind !== 'complete') throw new Error('an answer in several parts was not asked for');
  return { status, headers: Object.fromEntries(headers), body: body.string };
}

/** Aborts when the caller goes away before it is answered. */
export function signalOf(response: ServerResponse): AbortSignal {
  const abort = new AbortController();
  if (response.closed) abort.abort();
  else response.once('close', () => { if (!response.writableFinished) abort.abort(); });
  return abort.signal;
}

/** Headers that Apollo need not read again: a body was found to be JSON, and in which media type the answer goes is decided already. */
const noHeaders = new HeaderMap();

/** The request as Apollo takes it. A POST names its document by the hash under which it was prepared, so Apollo neither hashes nor parses it. */
function toApollo({ request, parameters: { body, documentId }, query, prepared }: OperationRequest): HTTPGraphQLRequest {
  if (body) {
    const { query: _query, documentId: _documentId, extensions, ...rest } = body;
    const own = { persistedQuery: { version: 1, sha256Hash: prepared.hash } };
    return { method: 'POST', headers: noHeaders, search: '', body: { ...rest, extensions: extensions ? { ...extensions, ...own } : own } };
  }
  const headers = new HeaderMap(), type = request.headers['content-type'];
  if (type !== undefined) headers.set('content-type', type);
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (documentId !== undefined) searchParams.set('query', query);
  return { method: 'GET', headers, search: `?${String(searchParams)}`, body: undefined };
}
