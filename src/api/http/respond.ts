import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { ApiContext } from '../context.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { Apollo, ApolloAnswer } from './apollo.ts';
import type { Parameters } from './read-parameters.ts';

/** A well-formed request. */
export interface OperationRequest {
  readonly request: IncomingMessage;
  readonly parameters: Parameters;
  /** The text that it means, whether it gave that or a hash. */
  readonly query: string;
  readonly prepared: PreparedDocument;
  readonly context: ApiContext;
}

/** Runs an operation through Apollo Server. A POST names its document by the hash under which it was prepared, so Apollo neither hashes nor parses it. */
export function respond(apollo: Apollo, { request, parameters, query, prepared, context }: OperationRequest): Promise<ApolloAnswer> {
  const { body, documentId } = parameters;
  if (body) return apollo.post(body, { api: context, prepared });
  const headers = new HeaderMap(), type = request.headers['content-type'];
  if (type !== undefined) headers.set('content-type', type);
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (documentId !== undefined) searchParams.set('query', query);
  return apollo.get({ method: 'GET', headers, search: `?${String(searchParams)}`, body: undefined }, { api: context, prepared });
}

/** Aborts when the caller goes away before it is answered. */
export function signalOf(response: ServerResponse): AbortSignal {
  const abort = new AbortController();
  if (response.closed) abort.abort();
  else response.once('close', () => { if (!response.writableFinished) abort.abort(); });
  return abort.signal;
}
