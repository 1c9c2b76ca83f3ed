import { afterEach, expect, test } from 'vitest';
import { isPodActive, isPodReady } from '../../../src/kinds/pod/pod-state.ts';
import { conditionOf } from '../../../src/model/conditions.ts';
import type { RequestedChange } from '../../../src/registry/registry.ts';
import type { Snapshot } from '../../../src/store/store.ts';
import { change, deployment, eventually, must, newCluster, startServer } from './cluster.ts';
import type { Server } from './cluster.ts';
import { simulatedNodes } from './simulated-nodes.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => { for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose](); });

const names = ['node-1', 'node-2', 'node-3'];
const available = (snapshot: Snapshot) => snapshot.list('Pod').filter((pod) => isPodActive(pod) && isPodReady(pod)).length;

/** Six ready Pods, two on each of three simulated nodes, of which at most one may be missing. */
async function protectedCluster(...servers: readonly Server[]): Promise<void> {
  const [server] = servers as [Server];
  await change(server, deployment('web', 6), { verb: 'create', kind: 'PodDisruptionBudget', input: { metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 } } });
  await eventually(server, 'a counted budget over six Pods', (snapshot) => available(snapshot) === 6 && must(snapshot, 'PodDisruptionBudget', 'web').status.disruptionsAllowed === 1);
}

test('a drain whose server ends in the middle is finished by another, and never takes more than the budget allows', async () => {
  const url = await newCluster();
  const first = await startServer(url, 'server-1'), second = await startServer(url, 'server-2');
  const nodes = await simulatedNodes(second, names);
  open.push(second, nodes);
  await protectedCluster(first);
  const counts: number[] = [];
  const end = second.store.onChanges((_, snapshot) => { if (snapshot.get('NodeDrain', '', 'node-1')) counts.push(available(snapshot)); });
  await change(first, { verb: 'create', kind: 'NodeDrain', input: { metadata: { name: 'node-1' } } });
  await eventually(second, 'the first Pod to go', (snapshot) => must(snapshot, 'PodDisruptionBudget', 'web').status.disruptionsAllowed === 0);
  await first[Symbol.asyncDispose]();
  const drained = await eventually(second, 'the node to be drained', (snapshot) => must(snapshot, 'NodeDrain', 'node-1', '').status.phase === 'Drained' && snapshot);
  expect(drained.podsOnNode('node-1').filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([]);
  expect(must(drained, 'Node', 'node-1', '').spec.unschedulable).toBe(true);
  expect(must(drained, 'NodeDrain', 'node-1', '').status.completionTime).toBeDefined();
  end();
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
});

test('Pods that wait are named with their budget; more room in it lets them go; uncordoning by hand ends the request', async () => {
  const server = await startServer(await newCluster(), 'server-1');
  const nodes = await simulatedNodes(server, names);
  open.push(server, nodes);
  await protectedCluster(server);
  await change(server, { verb: 'patch', kind: 'PodDisruptionBudget', target: { name: 'web' }, patch: { spec: { maxUnavailable: 0 } } }, { verb: 'create', kind: 'NodeDrain', input: { metadata: { name: 'node-2' } } });
  const waiting = await eventually(server, 'waiting Pods', (snapshot) => must(snapshot, 'PodDisruptionBudget', 'web').status.disruptionsAllowed === 0 && must(snapshot, 'NodeDrain', 'node-2', '').status.waitingPods.some(({ reason }) => reason.includes('needs 6')) && snapshot);
  expect(must(waiting, 'NodeDrain', 'node-2', '').status.waitingPods[0]?.reason).toBe('PodDisruptionBudget "default/web" needs 6 healthy Pods and has 6 currently');
  expect(available(waiting)).toBe(6);
  await change(server, { verb: 'patch', kind: 'PodDisruptionBudget', target: { name: 'web' }, patch: { spec: { maxUnavailable: 2 } } });
  await eventually(server, 'the node to be drained', (snapshot) => must(snapshot, 'NodeDrain', 'node-2', '').status.phase === 'Drained');
  await change(server, { verb: 'patch', kind: 'Node', target: { name: 'node-2' }, patch: { spec: { unschedulable: false } } });
  await eventually(server, 'the request to go', (snapshot) => snapshot.count('NodeDrain') === 0 && must(snapshot, 'Node', 'node-2', '').spec.taints.length === 0);
});

test('a taint of the user: Pods go that do not put up with it, others after their time, none once it is gone', async () => {
  const server = await startServer(await newCluster(), 'server-1');
  const nodes = await simulatedNodes(server, ['node-1']);
  open.push(server, nodes);
  const pod = (name: string, tolerationSeconds?: number): RequestedChange => ({
    verb: 'create', kind: 'Pod', input: { metadata: { name }, spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'web:1' }], tolerations: name === 'plain' ? [] : [{ key: 'repair', operator: 'Exists', tolerationSeconds, effect: 'NoExecute' }] } },
  });
  await change(server, pod('plain'), pod('short', 2), pod('long', 600), pod('ever'));
  await eventually(server, 'four running Pods', (snapshot) => snapshot.list('Pod').filter(isPodReady).length === 4);
  const taints = (...list: readonly { key: string; effect: 'NoExecute' }[]) => ({ verb: 'patch', kind: 'Node', target: { name: 'node-1' }, patch: { spec: { taints: list } } }) as const;
  await change(server, taints({ key: 'repair', effect: 'NoExecute' }));
  const times = await eventually(server, 'the Pods to go that should', (snapshot) => !snapshot.get('Pod', 'default', 'plain') && !snapshot.get('Pod', 'default', 'short') && snapshot);
  const [taint] = must(times, 'Node', 'node-1', '').spec.taints;
  expect(Date.now() - Date.parse(taint?.timeAdded ?? '')).toBeGreaterThanOrEqual(2000);
  await change(server, taints());
  await change(server, pod('late', 1));
  await eventually(server, 'the late Pod to run', (snapshot) => isPodReady(must(snapshot, 'Pod', 'late')));
  // Written again without its time, the taint keeps it.
  await change(server, taints({ key: 'repair', effect: 'NoExecute' }));
  const added = must(server.store.snapshot(), 'Node', 'node-1', '').spec.taints[0]?.timeAdded;
  await change(server, taints({ key: 'repair', effect: 'NoExecute' }));
  expect(must(server.store.snapshot(), 'Node', 'node-1', '').spec.taints[0]?.timeAdded).toBe(added);
  await eventually(server, 'the late Pod to go', (snapshot) => !snapshot.get('Pod', 'default', 'late'));
  expect(server.store.snapshot().list('Pod').map(({ metadata }) => metadata.name)).toEqual(['ever', 'long']);
  expect(conditionOf(must(server.store.snapshot(), 'Pod', 'long').status.conditions, 'DisruptionTarget')).toBeUndefined();
});
