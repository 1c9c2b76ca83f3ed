import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { allResolvers } from './all-resolvers.ts';
import type { ApiParts } from './context.ts';
import { createKnownDocuments } from './documents/known-documents.ts';
import type { DocumentRules, KnownDocuments } from './documents/known-documents.ts';
import { createExecutor } from './execute/run.ts';
import type { Executor } from './execute/run.ts';
import { createDocumentCache } from './execute/prepare.ts';
import type { DocumentCache } from './execute/prepare.ts';
import { formatError } from './format-error.ts';
import { createRateLimit } from './limits-rate.ts';
import type { RateLimit } from './limits-rate.ts';
import { createSchema } from './schema.ts';
import { NodeWorkHub } from './watch/node-work-hub.ts';
import { SharedResults } from './watch/shared-results.ts';

/** What both transports stand on. */
export interface GraphQLService {
  readonly schema: GraphQLSchema;
  readonly documents: DocumentCache;
  /** Documents that may be named by their hash, and who may run others. */
  readonly known: KnownDocuments;
  readonly rate: RateLimit;
  readonly executor: Executor;
  readonly parts: ApiParts;
  /** What equal subscriptions share. */
  readonly shared: SharedResults;
  /** Errors as callers see them; faults are logged under the id that callers get. */
  format(errors: readonly unknown[]): readonly GraphQLFormattedError[];
  close(): void;
}

/** Joins schema, resolvers, documents and errors over the parts of one server. */
export function createGraphQLService(parts: ApiParts, rules?: DocumentRules): GraphQLService {
  const { limits } = parts;
  const nodeWork = new NodeWorkHub(parts.hub);
  const schema = createSchema(allResolvers(nodeWork));
  const report = (errorId: string, cause: unknown) => parts.logger.error({ errorId, err: cause }, 'a request met a fault of the server');
  const documents = createDocumentCache(schema, limits);
  return {
    schema,
    documents,
    known: createKnownDocuments(rules),
    rate: createRateLimit({ perSecond: limits.operationsPerSecond, atOnce: limits.operationsAtOnce }),
    executor: createExecutor(schema, { limit: limits.cost, count: (kind) => parts.store.snapshot().count(kind) }),
    parts,
    shared: new SharedResults(),
    format: (errors) => errors.map((error) => formatError(error, randomUUID, report)),
    close: () => nodeWork.close(),
  };
}
