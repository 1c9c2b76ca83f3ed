import { ApolloServer } from '@apollo/server';
import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { ExecutionResult } from 'graphql';
import type { ApiContext } from '../context.ts';
import type { PreparedDocument } from '../execute/prepare.ts';
import type { GraphQLService } from '../graphql-service.ts';

/** What the HTTP handler hands through Apollo to the executor. */
export interface HttpContext {
  readonly api: ApiContext;
  readonly prepared: PreparedDocument;
}

/** Data that is JSON text already, on its way through Apollo to the answer. */
class Written {
  constructor(readonly text: string) {}
}

/** Apollo Server around our executor. It finds documents that were prepared already, by their hashes, so it neither parses nor validates again. */
export interface Apollo {
  execute(httpGraphQLRequest: HTTPGraphQLRequest, context: HttpContext): Promise<HTTPGraphQLResponse>;
  stop(): Promise<void>;
}

/**
 * Starts an Apollo Server. Off: its landing page, cache control, reports to others, batching, remembering documents that callers name by a hash, and its check against forged requests,
 * which guards what browsers send by themselves: they never send a bearer token by themselves.
 */
export async function startApollo(service: GraphQLService): Promise<Apollo> {
  const server = new ApolloServer<HttpContext>({
    gateway: {
      onSchemaLoadOrUpdate: (listener) => {
        listener({ apiSchema: service.schema, coreSupergraphSdl: '' });
        return () => {};
      },
      load: () => Promise.resolve({
        executor: async ({ request, context }) => {
          const { api, prepared } = context as HttpContext;
          const answer = await service.executor.answer(prepared, { operationName: request.operationName, variables: request.variables }, api);
          return 'text' in answer ? { data: new Written(answer.text) as unknown as ExecutionResult['data'] } : answer;
        },
      }),
      stop: () => Promise.resolve(),
    },
    documentStore: {
      get: (key) => Promise.resolve(service.documents.byHash(key.slice(-64))?.document),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(), ApolloServerPluginUsageReportingDisabled(),
    ],
    persistedQueries: {
      cache: { get: (key) => Promise.resolve(service.documents.byHash(key.slice(-64))?.text), set: () => Promise.resolve(), delete: () => Promise.resolve(false) },
    },
    stringifyResult: ({ errors, data, extensions }) => {
      const written = data as unknown;
      return !errors && written instanceof Written ? `{"data":${written.text}}\n` : `${JSON.stringify({ errors, data, extensions })}\n`;
    },
    allowBatchedHttpRequests: false, csrfPrevention: false, introspection: true, includeStacktraceInErrorResponses: false, stopOnTerminationSignals: false,
    formatError: (formatted, error) => service.format([error])[0] ?? formatted,
    logger: service.parts.logger.child({ part: 'apollo' }),
  });
  await server.start();
  return {
    execute: (httpGraphQLRequest, context) => server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => Promise.resolve(context) }),
    stop: () => server.stop(),
  };
}
