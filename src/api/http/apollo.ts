import { ApolloServer, HeaderMap } from '@apollo/server';
import type { ApolloServerPlugin, GraphQLRequestListener, GraphQLResponse, HTTPGraphQLRequest } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FormattedExecutionResult } from 'graphql';
import type { ApiContext } from '../context.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { GraphQLService } from '../graphql-service.ts';

/** What the HTTP handler hands through Apollo to the executor. */
export interface HttpContext {
  readonly api: ApiContext;
  readonly prepared: PreparedDocument;
}

/** One operation of a POST, in the shape that was checked. Its document is the prepared one. */
export interface PostedOperation {
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
}

/** What Apollo made of an operation. */
export interface ApolloAnswer {
  readonly status: number | undefined;
  readonly headers: HeaderMap;
  readonly text: string;
}

/** Apollo Server around our executor. It finds documents that were prepared already, by their hashes, so it neither parses nor validates again. */
export interface Apollo {
  /** Runs what was posted. */
  post(operation: PostedOperation, context: HttpContext): Promise<ApolloAnswer>;
  /** Runs what stands in an address. */
  get(request: HTTPGraphQLRequest, context: HttpContext): Promise<ApolloAnswer>;
  stop(): Promise<void>;
}

/** Data that is JSON text already, on its way through Apollo to the answer. */
class Written {
  constructor(readonly text: string) {}
}

/** The one header that Apollo looks for in a request that was understood already: in which media type the answer goes is decided, and "" is the cheapest way to say so. */
const understood = new HeaderMap([['accept', '']]);
const noHeaders = new HeaderMap();

/**
 * Starts an Apollo Server. Off: its landing page, cache control, reports to others, batching, remembering documents that callers name by a hash, and its check against forged requests,
 * which guards what browsers send by themselves: they never send a bearer token by themselves.
 */
export async function startApollo(service: GraphQLService): Promise<Apollo> {
  const server = new ApolloServer<HttpContext>({
    schema: service.schema,
    documentStore: {
      get: (key) => Promise.resolve(service.documents.byHash(key.slice(-64))?.document),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(), ApolloServerPluginUsageReportingDisabled(), executing(service),
    ],
    persistedQueries: {
      cache: { get: (key) => Promise.resolve(service.documents.byHash(key.slice(-64))?.text), set: () => Promise.resolve(), delete: () => Promise.resolve(false) },
    },
    stringifyResult: textOf,
    allowBatchedHttpRequests: false, csrfPrevention: false, introspection: true, includeStacktraceInErrorResponses: false, stopOnTerminationSignals: false,
    formatError: (formatted, error) => service.format([error])[0] ?? formatted,
    logger: service.parts.logger.child({ part: 'apollo' }),
  });
  await server.start();
  return {
    async post({ operationName, variables, extensions }, context) {
      const persistedQuery = { version: 1, sha256Hash: context.prepared.hash };
      const { http, body } = await server.executeOperation({
        operationName: operationName ?? undefined, variables: variables ?? undefined, extensions: extensions ? { ...extensions, persistedQuery } : { persistedQuery },
        http: { method: 'POST', headers: understood, search: '', body: undefined },
      }, { contextValue: context });
      if (body.kind !== 'single') throw new Error('an answer in several parts was not asked for');
      return { status: http.status, headers: http.headers, text: textOf(body.singleResult) };
    },
    async get(httpGraphQLRequest, context) {
      const { status, headers, body } = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => Promise.resolve(context) });
      if (body.kind !== 'complete') throw new Error('an answer in several parts was not asked for');
      return { status, headers, text: body.string };
    },
    stop: () => server.stop(),
  };
}

/** Answers every operation in place of Apollo's own executor, which knows nothing of compiled documents and kept texts. */
function executing({ executor, format }: GraphQLService): ApolloServerPlugin<HttpContext> {
  const respond = (status: number | undefined, singleResult: FormattedExecutionResult): GraphQLResponse => ({ http: { status, headers: noHeaders }, body: { kind: 'single', singleResult } });
  const listener = Promise.resolve<GraphQLRequestListener<HttpContext>>({
    responseForOperation: async ({ request: { operationName, variables }, contextValue: { api, prepared } }) => {
      try {
        const answer = await executor.answer(prepared, { operationName, variables }, api);
        if ('text' in answer) return respond(undefined, { data: new Written(answer.text) as unknown as Record<string, unknown> });
        if (!answer.errors) return respond(undefined, answer as FormattedExecutionResult);
        return respond(answer.data === undefined ? 400 : undefined, { ...answer, errors: format(answer.errors) });
      } catch (error) {
        return respond(500, { errors: format([error]) });
      }
    },
  });
  return { requestDidStart: () => listener };
}

function textOf({ errors, data, extensions }: FormattedExecutionResult): string {
  const written = data as unknown;
  return !errors && written instanceof Written ? `{"data":${written.text}}\n` : `${JSON.stringify({ errors, data, extensions })}\n`;
}
