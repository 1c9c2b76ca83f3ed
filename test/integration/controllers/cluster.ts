import { pino } from 'pino';
import { createEventRecorder } from '../../../src/control/event-recorder.ts';
import { runAsLeader } from '../../../src/control/run-as-leader.ts';
import type { LeaseTimes } from '../../../src/control/run-as-leader.ts';
import { controllerTasks } from '../../../src/controllers/index.ts';
import type { ControllerOptions } from '../../../src/controllers/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { systemRandom } from '../../../src/lib/random.ts';
import type { KindName, Objects } from '../../../src/model/object.ts';
import { bootstrap } from '../../../src/registry/bootstrap.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry, RequestedChange } from '../../../src/registry/registry.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Snapshot, Store } from '../../../src/store/store.ts';
import { freshDatabase } from '../../support/postgres.ts';

const logger = pino({ level: 'silent' });

/** One server of a cluster: its store and registry, and the controllers while it leads. */
export interface Server extends AsyncDisposable {
  readonly id: string;
  readonly store: Store;
  readonly registry: Registry;
  /** Ends the controllers cleanly, as at the end of the process. */
  stop(): Promise<void>;
}

/** How the controllers of a test are set. */
export interface ServerOptions extends ControllerOptions {
  readonly lease?: LeaseTimes | undefined;
  /** Stands between the server and the store, for faults. */
  readonly wrap?: ((store: Store) => Store) | undefined;
}

/** A database with the tables and objects that every cluster has. Its url. */
export async function newCluster(): Promise<string> {
  const { url } = await freshDatabase();
  await migrate(url);
  return url;
}

/** A server on a database, with all controllers. */
export async function startServer(databaseUrl: string, id: string, options: ServerOptions = {}): Promise<Server> {
  const opened = await openStore({ databaseUrl, clock: systemClock, logger });
  const store = options.wrap?.(opened) ?? opened;
  const registry = createRegistry({ store, clock: systemClock, random: systemRandom, config: { serviceCIDR: '10.96.0.0/16', podCIDR: '10.244.0.0/16', nodePortRange: [30000, 32767] } });
  await bootstrap(registry, store);
  const recorder = createEventRecorder({ registry, store, clock: systemClock });
  const leader = runAsLeader({ leaseName: 'kube-controller-manager',
    store, registry, recorder, clock: systemClock, logger, serverId: id, tasks: controllerTasks(options),
    lease: options.lease ?? { durationMs: 3000, renewMs: 2000, retryMs: 100 },
  });
  return {
    id, store, registry,
    stop: () => Promise.resolve(leader[Symbol.asyncDispose]()),
    [Symbol.asyncDispose]: async () => {
      await leader[Symbol.asyncDispose]();
      await recorder[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** Commits as a user. */
export async function change(server: Pick<Server, 'registry'>, ...changes: readonly RequestedChange[]): Promise<void> {
  await server.registry.commit(changes, { actor: 'admin' });
}

/** Resolves with what the probe finds as soon as it finds something; rejects after a minute. */
export function eventually<T>(server: Pick<Server, 'store'>, what: string, probe: (snapshot: Snapshot) => T | undefined | false): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (snapshot: Snapshot): void => {
      const found = probe(snapshot);
      if (found === undefined || found === false) return;
      stop();
      resolve(found);
    };
    const end = server.store.onChanges((_, snapshot) => look(snapshot));
    const timer = setTimeout(() => { stop(); reject(new Error(`not seen within 60 s: ${what}`)); }, 60_000);
    const stop = (): void => { clearTimeout(timer); end(); };
    look(server.store.snapshot());
  });
}

/** An object that must be there. */
export function must<K extends KindName>(snapshot: Snapshot, kind: K, name: string, namespace = 'default'): Objects[K] {
  const object = snapshot.get(kind, namespace, name);
  if (!object) throw new Error(`${kind} ${namespace}/${name} is not there`);
  return object;
}

/** A Deployment whose Pods the simulated nodes run. */
export function deployment(name: string, replicas: number, image = 'web:1', namespace = 'default'): RequestedChange {
  const labels = { app: name };
  return {
    verb: 'create', kind: 'Deployment',
    input: { metadata: { name, namespace }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 8080 }] }] } } } },
  };
}

/** A change of a Deployment's image. */
export function newImage(name: string, image: string): RequestedChange {
  return { verb: 'patch', kind: 'Deployment', target: { name }, patch: { spec: { template: { spec: { containers: [{ name: 'main', image, ports: [{ name: 'http', containerPort: 8080 }] }] } } } } };
}
