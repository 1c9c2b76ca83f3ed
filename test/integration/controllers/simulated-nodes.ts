import { isPodReady } from '../../../src/kinds/pod/pod-state.ts';
import { formatTime } from '../../../src/lib/clock.ts';
import type { Condition, Pod } from '../../../src/model/object.ts';
import type { RequestedChange } from '../../../src/registry/registry.ts';
import type { Server } from './cluster.ts';

/** Nodes that bind, run and stop Pods at once, as state only, and send heartbeats. */
export interface SimulatedNodes extends AsyncDisposable {
  /** From now on the node does nothing and sends nothing. */
  freeze(name: string): void;
  /** The node is back, and says so. */
  thaw(name: string): Promise<void>;
}

/** Registers nodes at a server and acts for them. */
export async function simulatedNodes(server: Server, names: readonly string[], heartbeatMs = 200): Promise<SimulatedNodes> {
  const { store, registry } = server;
  const frozen = new Set<string>();
  const busy = new Set<string>();
  let ended = false;
  let addresses = 0;
  let bound = 0;
  const commit = async (...changes: readonly RequestedChange[]): Promise<void> => {
    await registry.commit(changes, { actor: 'node:simulated' }).catch(() => undefined);
  };
  const reportReady = (name: string): Promise<void> => commit({
    verb: 'transformStatus', kind: 'Node', target: { name },
    transform: (node) => ({ ...node.status, conditions: [...node.status.conditions.filter((condition) => condition.type !== 'Ready'), condition('Ready')] }),
  });
  const act = async (pod: Pod): Promise<void> => {
    const target = { namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid };
    const { nodeName } = pod.spec;
    if (nodeName !== undefined && (frozen.has(nodeName) || !names.includes(nodeName))) return;
    if (pod.metadata.deletionTimestamp !== undefined) return commit({ verb: 'delete', kind: 'Pod', target, options: { gracePeriodSeconds: 0 } });
    if (nodeName === undefined) {
      const free = names.filter((name) => !frozen.has(name));
      const chosen = free[(bound += 1) % free.length];
      return chosen === undefined ? undefined : commit({ verb: 'patch', kind: 'Pod', target, patch: { spec: { nodeName: chosen } } });
    }
    if (pod.status.phase === 'Running' && isPodReady(pod)) return;
    addresses += 1;
    const podIP = pod.status.podIP ?? `10.244.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
    await commit({ verb: 'transformStatus', kind: 'Pod', target, transform: (stored) => ({ ...stored.status, phase: 'Running', podIP, conditions: [...stored.status.conditions.filter(({ type }) => type !== 'Ready'), condition('Ready')] }) });
  };
  const look = (pod: Pod): void => {
    if (ended || busy.has(pod.metadata.uid)) return;
    busy.add(pod.metadata.uid);
    void act(pod).finally(() => {
      busy.delete(pod.metadata.uid);
      const now = store.snapshot().get('Pod', pod.metadata.namespace ?? '', pod.metadata.name);
      if (now && now.metadata.resourceVersion !== pod.metadata.resourceVersion) look(now);
    });
  };
  const lookAtAll = (): void => { for (const pod of store.snapshot().list('Pod')) look(pod); };
  const endFeed = store.onChanges((changes) => { for (const { type, object } of changes) if (type !== 'DELETED' && object.kind === 'Pod') look(object as Pod); });
  const beat = (): Promise<unknown> => Promise.all(names.filter((name) => !frozen.has(name)).map((name) => store.leases.renewNode(name).catch(() => undefined)));
  await registry.commit(names.map((name) => ({ verb: 'create', kind: 'Node', input: { metadata: { name } } })), { actor: 'node:simulated' });
  await beat();
  await Promise.all(names.map(reportReady));
  const timer = setInterval(() => { void beat(); }, heartbeatMs);
  lookAtAll();
  return {
    freeze: (name) => void frozen.add(name),
    thaw: async (name) => {
      frozen.delete(name);
      await beat();
      await reportReady(name);
      lookAtAll();
    },
    [Symbol.asyncDispose]: async () => {
      ended = true;
      clearInterval(timer);
      endFeed();
      while (busy.size > 0) await new Promise((resolve) => { setImmediate(resolve); });
    },
  };
}

function condition(type: string): Condition {
  return { type, status: 'True', lastTransitionTime: formatTime(Date.now()) };
}
