import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { readDocuments } from '../api/documents/read-documents.ts';
import type { DocumentRules } from '../api/documents/known-documents.ts';
import { startApi } from '../api/start-api.ts';
import { allDocuments } from '../client/all-documents.ts';
import { createEventRecorder } from '../control/event-recorder.ts';
import { leaderLeases, runAsLeader } from '../control/run-as-leader.ts';
import { controllerTasks } from '../controllers/index.ts';
import { systemClock } from '../lib/clock.ts';
import { Meters, measureProcess } from '../lib/meters.ts';
import { serveMetrics } from '../lib/serve-metrics.ts';
import { startTracer } from '../lib/tracer.ts';
import { bootstrap } from '../registry/bootstrap.ts';
import { createRegistry } from '../registry/create-registry.ts';
import type { Registry } from '../registry/registry.ts';
import { schedulerTask } from '../scheduler/scheduler-task.ts';
import { migrate } from '../store/migrate.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { ensureAdminToken } from './admin-token.ts';
import type { Config } from './config.ts';
import { tracedRegistry, tracedStore } from './traced.ts';
import { version } from './version.ts';

/** A server at work. */
export interface RunningServer {
  /** Where the API answers: `http://127.0.0.1:7480/graphql`. */
  readonly url: string;
  /** Holds the administrator's token. */
  readonly adminTokenFile: string;
  readonly store: Store;
  readonly registry: Registry;
  /** Ends all roles, gives up leadership, and closes the store. */
  stop(): Promise<void>;
}

/** Who a server is among the servers of its database. */
export interface ServerIdentity {
  readonly serverId: string;
  /** No other process has this id now: what a crash of the last one left held is given up at once, not when it runs out. */
  readonly isOnlyOne: boolean;
}

/** Starts the roles of one server on a database that answers; applies migrations first. Rejects when one of them cannot start, and leaves nothing running then. */
export async function runServer(config: Config, databaseUrl: string, logger: Logger, identity: ServerIdentity = { serverId: randomUUID(), isOnlyOne: false }): Promise<RunningServer> {
  const { serverId } = identity;
  const clock = systemClock;
  const meters = new Meters();
  measureProcess(meters);
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => { for (const end of stops.splice(0).reverse()) await end(); };
  try {
    await migrate(databaseUrl);
    const { tracer, stop: stopTracer } = await startTracer(config.traceEndpoint, 'gantry-server', version);
    stops.push(stopTracer);
    const store = tracedStore(await openStore({ databaseUrl, clock, logger, meters, retention: { ageMs: config.historyMs } }), tracer);
    stops.push(async () => store[Symbol.asyncDispose]());
    const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };
    const registry = tracedRegistry(createRegistry({ store, clock, random, config }), tracer);
    await bootstrap(registry, store);
    const { file: adminTokenFile } = await ensureAdminToken(config.stateFolder, store.credentials);
    const recorder = createEventRecorder({ registry, store, clock });
    stops.push(async () => recorder[Symbol.asyncDispose]());
    if (identity.isOnlyOne) for (const name of Object.values(leaderLeases)) await store.leases.release(name, serverId);
    for (const leader of startLeaders(config, { store, registry, recorder, clock, logger, serverId, meters, tracer })) stops.push(async () => leader[Symbol.asyncDispose]());
    const api = config.roles.has('api')
      ? await startApi({ store, registry, recorder, logger, clock, host: config.host, port: config.port, limits: config.limits, nodeCredentialMs: config.nodeCredentialMs, documents: await documentRules(config), version, serverId, meters, tracer }) : undefined;
    if (api) stops.push(async () => api.close());
    else if (config.metricsPort !== undefined) {
      const answering = await serveMetrics(meters, config.metricsPort);
      stops.push(async () => answering[Symbol.asyncDispose]());
      logger.info({ port: answering.port }, 'metrics are answered');
    }
    return { url: api?.url ?? '', adminTokenFile, store, registry, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The documents that operators give. Where only known ones may run, the agents' too. */
async function documentRules({ documentsFolder, documentsOnlyFor: onlyFor }: Config): Promise<DocumentRules> {
  const given = documentsFolder ? await readDocuments(documentsFolder) : [];
  return { onlyFor, texts: new Map([...given, ...(onlyFor === 'nobody' ? [] : allDocuments())]) };
}

type Parts = Omit<Parameters<typeof runAsLeader>[0], 'leaseName' | 'lease' | 'tasks'>;

/** A campaign for each role: different servers may run, and lead, different ones. */
function startLeaders(config: Config, parts: Parts): readonly AsyncDisposable[] {
  const durationMs = config.leaseDurationMs;
  const lease = { durationMs, renewMs: durationMs * 2 / 3, retryMs: durationMs / 7.5 };
  const nodeLifecycle = { monitorPeriodMs: config.nodeMonitorPeriodMs, graceMs: config.nodeMonitorGraceMs };
  const tasks = { controllers: () => controllerTasks({ nodeLifecycle, loadBalancerPool: config.loadBalancerPool }), scheduler: () => [schedulerTask()] };
  return (['controllers', 'scheduler'] as const).filter((role) => config.roles.has(role))
    .map((role) => runAsLeader({ ...parts, lease, leaseName: leaderLeases[role], tasks: tasks[role]() }));
}
