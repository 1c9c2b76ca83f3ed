import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPodActive } from '../../../src/kinds/pod/pod-state.ts';
import type { ApiError } from '../../../src/model/errors.ts';
import type { Leases, Store } from '../../../src/store/store.ts';
import { change, deployment, eventually, must, newCluster, startServer } from './cluster.ts';
import type { Server } from './cluster.ts';
import { simulatedNodes } from './simulated-nodes.ts';

const lease = { durationMs: 4000, renewMs: 3000, retryMs: 100 };
let databaseUrl: string;

beforeAll(async () => { databaseUrl = await newCluster(); });

const servers: Server[] = [];
afterAll(async () => { for (const server of servers) await server[Symbol.asyncDispose](); });

async function started(id: string, wrap?: (store: Store) => Store): Promise<Server> {
  const server = await startServer(databaseUrl, id, { lease, wrap });
  servers.push(server);
  return server;
}

/** A store whose leases answer as before, but neither renewals nor commits of controllers leave while `held` lasts: a process that was stopped by its machine. */
function freezable(): { readonly refused: string[]; wrap(store: Store): Store; freeze(): void; thaw(): void } {
  const refused: string[] = [];
  let held: Promise<void> = Promise.resolve();
  let open: () => void = () => {};
  const commitTo = async (store: Store, set: Parameters<Store['commit']>[0]): ReturnType<Store['commit']> => {
    await held;
    return store.commit(set).catch((error: unknown) => {
      if (set.fence) refused.push(`${set.actor}: ${(error as ApiError).code}`);
      throw error;
    });
  };
  return {
    refused,
    freeze: () => { held = new Promise((resolve) => { open = resolve; }); },
    thaw: () => open(),
    wrap: (store) => new Proxy(store, {
      get: (target, property) => {
        if (property === 'leases') return { ...target.leases, acquire: async (...args: Parameters<Leases['acquire']>) => { await held; return target.leases.acquire(...args); } };
        if (property === 'commit') return (set: Parameters<Store['commit']>[0]) => commitTo(target, set);
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
}

test('one server leads; when it ends cleanly the other goes on at once, and a frozen leader changes nothing more', async () => {
  const first = await started('server-1');
  const holder = (): Promise<string | undefined> => first.store.leases.holder('kube-controller-manager');
  await using nodes = await simulatedNodes(first, ['node-1']);
  expect(nodes).toBeDefined();
  await change(first, deployment('one', 2));
  await eventually(first, 'the first leader to work', (snapshot) => must(snapshot, 'Deployment', 'one').status.availableReplicas === 2);
  expect(await holder()).toBe('server-1');

  const freezer = freezable();
  const second = await started('server-2', freezer.wrap);
  await first.stop();
  await change(first, deployment('two', 2));
  await eventually(first, 'the second leader to work', (snapshot) => must(snapshot, 'Deployment', 'two').status.availableReplicas === 2);
  expect(await holder()).toBe('server-2');

  const third = await started('server-3');
  // The second leader stops in the middle: what it decides now leaves only after it has lost its lease.
  freezer.freeze();
  await change(third, deployment('three', 5));
  await eventually(third, 'the third leader to work', (snapshot) => must(snapshot, 'Deployment', 'three').status.availableReplicas === 5);
  expect(await holder()).toBe('server-3');
  const before = third.store.snapshot().revision;
  const late: string[] = [];
  const end = third.store.onChanges((changes) => { for (const { object } of changes) if (object.kind !== 'Event') late.push(`${object.kind}/${object.metadata.name}`); });
  freezer.thaw();
  await eventually(second, 'the second server to see all', (snapshot) => snapshot.revision >= before);
  // A change that both see: only one of them acts.
  await change(third, { verb: 'patch', kind: 'Deployment', target: { name: 'three' }, patch: { spec: { replicas: 6 } } });
  await eventually(third, 'six Pods', (snapshot) => must(snapshot, 'Deployment', 'three').status.availableReplicas === 6);
  end();
  const pods = third.store.snapshot().list('Pod', 'default').filter(isPodActive);
  expect(pods.filter((pod) => pod.metadata.labels['app'] === 'three')).toHaveLength(6);
  expect(third.store.snapshot().withLabel('ReplicaSet', 'default', 'app', 'three')).toHaveLength(1);
  expect(freezer.refused).toContain('controller:deployment: FORBIDDEN');
  expect(late.filter((name) => name.startsWith('Namespace/'))).toEqual([]);
});
