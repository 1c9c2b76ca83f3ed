import type { Logger } from 'pino';
import type { EventRecorder } from '../control/event-recorder.ts';
import type { Clock } from '../lib/clock.ts';
import { Meters } from '../lib/meters.ts';
import { noTracer } from '../lib/tracer.ts';
import type { Tracer } from '../lib/tracer.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import { checkDocuments } from './documents/known-documents.ts';
import type { DocumentRules } from './documents/known-documents.ts';
import { createGraphQLService } from './graphql-service.ts';
import { startApollo } from './http/apollo.ts';
import { createHttpServer, listen } from './http/serve-http.ts';
import { defaultLimits } from './limits.ts';
import type { Limits } from './limits.ts';
import { createSnapshotKeeper } from './lists/snapshot-keeper.ts';
import { measureState } from './measure-state.ts';
import { createMetrics } from './metrics.ts';
import { createNodeRequests } from './node-requests/node-requests.ts';
import type { NodeRequestTimes } from './node-requests/node-requests.ts';
import { createWatchHub } from './watch/watch-hub.ts';
import { serveWebSockets } from './websocket/serve-websockets.ts';

/** What the API stands on. */
export interface ApiOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Those of `defaultLimits` where left out. */
  readonly limits?: Partial<Limits> | undefined;
  /** Documents that are known by their hash, and who may only run those; none and nobody where left out. */
  readonly documents?: DocumentRules | undefined;
  readonly version: string;
  readonly serverId: string;
  /** How often quiet subscriptions get a BOOKMARK; 30,000 where left out. */
  readonly bookmarkMs?: number | undefined;
  /** How often WebSockets are pinged and their tokens looked at again; 12,000 where left out. */
  readonly pingMs?: number | undefined;
  /** Those of the process; its own where left out. `/metrics` shows all of them. */
  readonly meters?: Meters | undefined;
  /** Requests are its spans; none where left out. */
  readonly tracer?: Tracer | undefined;
  readonly nodeRequestTimes?: NodeRequestTimes | undefined;
  /** How long a node's credential is good for; 30 days where left out. */
  readonly nodeCredentialMs?: number | undefined;
}

/** A server of the API. */
export interface RunningApi {
  /** `http://127.0.0.1:7480/graphql`. */
  readonly url: string;
  /** Ends all connections; running requests get a moment to finish. */
  close(): Promise<void>;
}

const finishMs = 2000;

/** Serves the API: GraphQL over HTTP and WebSocket, the playground, health and metrics. Rejects when it cannot listen or is given a document that is not valid, and leaves nothing running then. */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { store, registry, recorder, clock, version, serverId } = options;
  const logger = options.logger.child({ component: 'api' });
  const meters = options.meters ?? new Meters();
  const endState = measureState(meters, store);
  const hub = createWatchHub(store, clock, options.bookmarkMs ?? 30_000);
  const nodeRequests = createNodeRequests(store.messages, clock, options.nodeRequestTimes);
  const parts = { store, registry, recorder, logger, clock, version, serverId, hub, nodeRequests, keeper: createSnapshotKeeper(store, clock), metrics: createMetrics(meters), tracer: options.tracer ?? noTracer, limits: { ...defaultLimits, ...options.limits }, nodeCredentialMs: options.nodeCredentialMs ?? 30 * 86_400_000 };
  const service = createGraphQLService(parts, options.documents);
  const apollo = await startApollo(service);
  const webSockets = serveWebSockets(service, options.pingMs ?? 12_000);
  const server = createHttpServer(service, apollo, webSockets);
  const close = async () => {
    const closed = new Promise<void>((resolve) => { server.close(() => resolve()); });
    server.closeIdleConnections();
    await webSockets.close();
    const cut = setTimeout(() => server.closeAllConnections(), finishMs);
    await closed;
    clearTimeout(cut);
    await apollo.stop();
    service.close();
    nodeRequests.close();
    hub.close();
    endState();
  };
  try {
    if (options.documents) checkDocuments(options.documents, service.documents);
    const url = await listen(server, options.host, options.port);
    logger.info({ url }, 'the API answers');
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
