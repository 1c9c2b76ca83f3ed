import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { HTTPGraphQLRequest } from '@apollo/server';
import type { ExecutionResult } from 'graphql';
import type { ApiContext } from '../context.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { GraphQLService } from '../graphql-service.ts';
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

const notStored = { 'cache-control': 'no-store' };

/** Runs an operation. Where a POST asks for nothing beyond the specification, data without errors goes out as it is; everything else, from the same result, as Apollo answers it. */
export async function respond({ executor }: Pick<GraphQLService, 'executor'>, apollo: Apollo, asked: OperationRequest): Promise<OperationAnswer> {
  const { parameters, prepared, context } = asked;
  const isPlain = parameters.body !== undefined && !parameters.hasExtensions;
  const result = isPlain ? await executor.answer(prepared, parameters, context) : undefined;
  const text = !result ? undefined : 'text' in result ? result.text : result.errors || result.extensions ? undefined : JSON.stringify(result.data);
  if (text !== undefined) return { status: 200, headers: notStored, body: `{"data":${text}}\n` };
  const answer = await apollo.execute(toApollo(asked), { api: context, prepared, result: result as ExecutionResult | undefined });
  if (answer.body.kind !== 'complete') throw new Error('an answer in several parts was not asked for');
  return { status: answer.status ?? 200, headers: Object.fromEntries(answer.headers), body: answer.body.string };
}

/** Aborts when the caller goes away before it is answered. */
export function signalOf(response: ServerResponse): AbortSignal {
  const abort = new AbortController();
  if (response.closed) abort.abort();
  else response.once('close', () => { if (!response.writableFinished) abort.abort(); });
  return abort.signal;
}

function toApollo({ request, parameters: { body, documentId }, query }: OperationRequest): HTTPGraphQLRequest {
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
