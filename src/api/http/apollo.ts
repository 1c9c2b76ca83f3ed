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
  /** What it gave, where it has run already. */
  readonly result: ExecutionResult | undefined;
}

/** Apollo Server around our executor. It finds documents that were prepared already, so it neither parses nor validates again. */
export interface Apollo {
  execute(httpGraphQLRequest: HTTPGraphQLRequest, context: HttpContext): Promise<HTTPGraphQLResponse>;
  stop(): Promise<void>;
}

/**
 * Starts an Apollo Server. Off: its landing page, cache control, reports to others, batching, persisted queries, and its check against forged requests,
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
          const { api, prepared, result } = context as HttpContext;
          return result ?? service.executor.execute(prepared, { operationName: request.operationName, variables: request.variables }, api);
        },
      }),
      stop: () => Promise.resolve(),
    },
    documentStore: {
      get: (key) => Promise.resolve(service.documents.byHash(key.slice(-64))),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(), ApolloServerPluginUsageReportingDisabled(),
    ],
    allowBatchedHttpRequests: false, persistedQueries: false, csrfPrevention: false, introspection: true, includeStacktraceInErrorResponses: false, stopOnTerminationSignals: false,
    formatError: (formatted, error) => service.format([error])[0] ?? formatted,
    logger: service.parts.logger.child({ part: 'apollo' }),
  });
  await server.start();
  return {
    execute: (httpGraphQLRequest, context) => server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => Promise.resolve(context) }),
    stop: () => server.stop(),
  };
}
