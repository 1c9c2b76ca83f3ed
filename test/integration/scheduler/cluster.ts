import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createEventRecorder } from '../../../src/control/event-recorder.ts';
import type { EventRecorder } from '../../../src/control/event-recorder.ts';
import type { LeaderContext } from '../../../src/control/leader-task.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Pod, PodSpecInput, Taint } from '../../../src/model/object.ts';
import { bootstrap } from '../../../src/registry/bootstrap.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Snapshot, Store } from '../../../src/store/store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import { freshDatabase } from '../../support/postgres.ts';

/** A server without API and controllers: real store and registry, and a scheduler's context whose clock the test moves. */
export interface Cluster extends AsyncDisposable {
  readonly store: Store;
  readonly registry: Registry;
  readonly recorder: EventRecorder;
  readonly clock: ManualClock;
  readonly context: LeaderContext;
  addNode(name: string, allocatable?: Readonly<Record<string, string>>, taints?: readonly Taint[]): Promise<void>;
  addPod(name: string, cpu: string, spec?: Partial<PodSpecInput>): Promise<void>;
  pod(name: string): Pod | undefined;
  /** Resolves once the newest snapshot is as wanted. */
  until(isSo: (snapshot: Snapshot) => boolean): Promise<void>;
}

const actor = { actor: 'admin' };

/** Starts one on a database of its own. */
export async function startCluster(): Promise<Cluster> {
  const database = await freshDatabase();
  await migrate(database.url);
  const logger = pino({ level: 'silent' });
  const store = await openStore({ databaseUrl: database.url, clock: systemClock, logger });
  const random = { bytes: (count: number) => randomBytes(count), uuid: () => randomUUID() };
  const registry = createRegistry({ store, clock: systemClock, random, config: { serviceCIDR: '10.96.0.0/16', podCIDR: '10.244.0.0/16', nodePortRange: [30000, 32767] } });
  await bootstrap(registry, store);
  const recorder = createEventRecorder({ registry, store, clock: systemClock, gatherMs: 1 });
  const lease = await store.leases.acquire('leader', 'test', 60_000);
  const clock = manualClock(Date.now());
  return {
    store, registry, recorder, clock,
    context: { store, registry, recorder, clock, logger, fence: { lease: 'leader', epoch: lease?.epoch ?? 0 } },
    addNode: async (name, allocatable = { cpu: '4', memory: '8Gi', pods: '110' }, taints = []) => {
      await registry.commit([
        { verb: 'create', kind: 'Node', input: { metadata: { name }, spec: { taints } } },
        { verb: 'transformStatus', kind: 'Node', target: { name }, transform: ({ status }) => ({ ...status, capacity: allocatable, allocatable }) },
      ], actor);
      // A new node carries the not-ready taint until its controller, which is not here, has heard of it.
      await registry.commit([{ verb: 'patch', kind: 'Node', target: { name }, patch: { spec: { taints } } }], actor);
    },
    addPod: async (name, cpu, spec = {}) => {
      await registry.commit([{ verb: 'create', kind: 'Pod', input: { metadata: { name }, spec: { containers: [{ name: 'main', image: 'app:1', resources: { requests: { cpu } } }], ...spec } } }], actor);
    },
    pod: (name) => store.snapshot().get('Pod', 'default', name),
    until: (isSo) => new Promise((resolve) => {
      if (isSo(store.snapshot())) return resolve();
      const end = store.onChanges((_, snapshot) => { if (isSo(snapshot)) { end(); resolve(); } });
    }),
    [Symbol.asyncDispose]: async () => {
      await recorder[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}
