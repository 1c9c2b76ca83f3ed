import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { startApi } from '../api/start-api.ts';
import { createEventRecorder } from '../control/event-recorder.ts';
import { runAsLeader } from '../control/run-as-leader.ts';
import { controllerTasks } from '../controllers/index.ts';
import { systemClock } from '../lib/clock.ts';
import { bootstrap } from '../registry/bootstrap.ts';
import { createRegistry } from '../registry/create-registry.ts';
import type { Registry } from '../registry/registry.ts';
import { schedulerTask } from '../scheduler/scheduler-task.ts';
import { migrate } from '../store/migrate.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import type { Config } from './config.ts';
import { version } from './version.ts';

/** A server at work. */
export interface RunningServer {
  /** Where the API answers: `http://127.0.0.1:7480/graphql`. */
  readonly url: string;
  readonly store: Store;
  readonly registry: Registry;
  /** Ends all roles, gives up leadership, and closes the store. */
  stop(): Promise<void>;
}

/** Starts the roles of one server on a database that answers; applies migrations first. Rejects when one of them cannot start, and leaves nothing running then. */
export async function runServer(config: Config, databaseUrl: string, logger: Logger): Promise<RunningServer> {
  const serverId = randomUUID();
  const clock = systemClock;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => { for (const end of stops.splice(0).reverse()) await end(); };
  try {
    await migrate(databaseUrl);
    const store = await openStore({ databaseUrl, clock, logger, retention: { ageMs: config.historyMs } });
    stops.push(async () => store[Symbol.asyncDispose]());
    const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };
    const registry = createRegistry({ store, clock, random, config });
    await bootstrap(registry, store);
    const recorder = createEventRecorder({ registry, store, clock });
    stops.push(async () => recorder[Symbol.asyncDispose]());
    const leader = startLeader(config, { store, registry, recorder, clock, logger, serverId });
    if (leader) stops.push(async () => leader[Symbol.asyncDispose]());
    const api = config.roles.has('api')
      ? await startApi({ store, registry, recorder, logger, clock, host: config.host, port: config.port, version, serverId }) : undefined;
    if (api) stops.push(async () => api.close());
    return { url: api?.url ?? '', store, registry, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = Omit<Parameters<typeof runAsLeader>[0], 'lease' | 'tasks'>;

function startLeader(config: Config, parts: Parts): AsyncDisposable | undefined {
  const tasks = [
    ...(config.roles.has('controllers') ? controllerTasks({ nodeLifecycle: { monitorPeriodMs: config.nodeMonitorPeriodMs, graceMs: config.nodeMonitorGraceMs } }) : []),
    ...(config.roles.has('scheduler') ? [schedulerTask({})] : []),
  ];
  const durationMs = config.leaseDurationMs;
  return tasks.length > 0 ? runAsLeader({ ...parts, lease: { durationMs, renewMs: durationMs * 2 / 3, retryMs: durationMs / 7.5 }, tasks }) : undefined;
}
