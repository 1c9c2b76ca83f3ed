import { afterEach, beforeEach, expect, test } from 'vitest';
import { milliValue } from '../../../src/model/quantity.ts';
import { ApiError } from '../../../src/model/errors.ts';
import { conditionOf } from '../../../src/model/conditions.ts';
import type { LeaderContext } from '../../../src/control/leader-task.ts';
import { schedulerTask } from '../../../src/scheduler/scheduler-task.ts';
import type { Snapshot } from '../../../src/store/store.ts';
import { startCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';

let cluster: Cluster;
let schedulers: AsyncDisposable[] = [];
beforeEach(async () => { cluster = await startCluster(); });
afterEach(async () => {
  for (const scheduler of schedulers.splice(0)) await scheduler[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const start = (context: LeaderContext = cluster.context): AsyncDisposable => {
  const scheduler = schedulerTask().start(context);
  schedulers.push(scheduler);
  return scheduler;
};
const isBound = (name: string) => (snapshot: Snapshot) => snapshot.get('Pod', 'default', name)?.spec.nodeName !== undefined;
const isRefused = (name: string) => (snapshot: Snapshot) => conditionOf(snapshot.get('Pod', 'default', name)?.status.conditions, 'PodScheduled')?.status === 'False';
const hasEvent = (reason: string, message: string) => (snapshot: Snapshot) => snapshot.list('Event').some((event) => event.reason === reason && event.message === message);

test('Pods are bound to the emptiest nodes, with condition and event, at one revision each', async () => {
  for (const name of ['a', 'b', 'c']) await cluster.addNode(name);
  for (const name of ['x', 'y', 'z']) await cluster.addPod(name, '1');
  start();
  for (const name of ['x', 'y', 'z']) await cluster.until(isBound(name));
  expect(['x', 'y', 'z'].map((name) => cluster.pod(name)?.spec.nodeName).sort()).toEqual(['a', 'b', 'c']);
  expect(conditionOf(cluster.pod('x')?.status.conditions, 'PodScheduled')).toMatchObject({ status: 'True' });
  await cluster.until(hasEvent('Scheduled', `Successfully assigned default/x to ${cluster.pod('x')?.spec.nodeName}`));
});

test('a Pod that fits nowhere says why, is left alone while nothing changes, and is bound when a node comes', async () => {
  await cluster.addNode('small', { cpu: '1', memory: '1Gi', pods: '10' });
  await cluster.addNode('tainted', { cpu: '8', memory: '8Gi', pods: '10' }, [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }]);
  start();
  await cluster.addPod('big', '2');
  await cluster.until(isRefused('big'));
  const message = '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: db}.';
  expect(conditionOf(cluster.pod('big')?.status.conditions, 'PodScheduled')).toMatchObject({ reason: 'Unschedulable', message });
  await cluster.until(hasEvent('FailedScheduling', message));

  const before = cluster.pod('big')?.metadata.resourceVersion;
  cluster.clock.advance(6 * 60_000);
  await cluster.addPod('witness', '100m');
  await cluster.until(isBound('witness'));
  expect(cluster.pod('big')?.metadata.resourceVersion).toBe(before);

  await cluster.addNode('large');
  cluster.clock.advance(10_000);
  await cluster.until(isBound('big'));
  expect(cluster.pod('big')?.spec.nodeName).toBe('large');
});

test('room that is freed goes to a Pod that waits', async () => {
  await cluster.addNode('only', { cpu: '1', memory: '1Gi', pods: '10' });
  start();
  await cluster.addPod('first', '1');
  await cluster.until(isBound('first'));
  await cluster.addPod('second', '1');
  await cluster.until(isRefused('second'));
  await cluster.registry.commit([{ verb: 'delete', kind: 'Pod', target: { name: 'first' }, options: { gracePeriodSeconds: 0 } }], { actor: 'admin' });
  cluster.clock.advance(1000);
  await cluster.until(isBound('second'));
});

test('a burst fills the nodes to the last millicore and not further, also after a restart of the scheduler', async () => {
  for (let i = 0; i < 5; i++) await cluster.addNode(`node-${i}`, { cpu: '4', memory: '8Gi', pods: '110' });
  start();
  await Promise.all(Array.from({ length: 150 }, (_, i) => cluster.addPod(`early-${i}`, '100m')));
  await schedulers.pop()?.[Symbol.asyncDispose]();
  start();
  await Promise.all(Array.from({ length: 100 }, (_, i) => cluster.addPod(`late-${i}`, '100m')));
  await cluster.until((snapshot) => snapshot.list('Pod').every((pod) => isBound(pod.metadata.name)(snapshot) || isRefused(pod.metadata.name)(snapshot)));
  const taken = cluster.store.snapshot().list('Node').map((node) =>
    cluster.store.snapshot().podsOnNode(node.metadata.name).reduce((sum, pod) => sum + milliValue(pod.spec.containers[0]?.resources.requests['cpu'] ?? '0'), 0));
  expect(taken).toEqual([4000, 4000, 4000, 4000, 4000]);
});

test('Pods of another scheduler and Pods that name their node are left alone', async () => {
  await cluster.addNode('a');
  start();
  await cluster.addPod('other', '1', { schedulerName: 'mine' });
  await cluster.addPod('fixed', '1', { nodeName: 'elsewhere' });
  await cluster.addPod('plain', '1');
  await cluster.until(isBound('plain'));
  expect(cluster.pod('other')?.spec.nodeName).toBeUndefined();
  expect(cluster.pod('fixed')?.spec.nodeName).toBe('elsewhere');
});

test('one refused binding spoils no other, also not those that are stored with it, and is tried again', async () => {
  await cluster.addNode('only', { cpu: '3', memory: '8Gi', pods: '110' });
  let refusals = 0;
  const registry: LeaderContext['registry'] = {
    ...cluster.registry,
    commit: async (changes, context) => {
      if (refusals < 2 && changes.some((change) => change.verb === 'bind' && change.target.name === 'b')) { refusals++; throw new ApiError('CONFLICT', 'someone was faster'); }
      return cluster.registry.commit(changes, context);
    },
  };
  for (const name of ['a', 'b', 'c']) await cluster.addPod(name, '1');
  start({ ...cluster.context, registry });
  for (const name of ['a', 'c']) await cluster.until(isBound(name));
  expect(cluster.pod('b')?.spec.nodeName).toBeUndefined();
  cluster.clock.advance(1000);
  await cluster.until(isBound('b'));
});

test('a scheduler whose lease went to another binds nothing', async () => {
  await cluster.addNode('a');
  await cluster.store.leases.release('leader', 'test');
  await cluster.store.leases.acquire('leader', 'other', 60_000);
  const refusals: unknown[] = [];
  const registry: LeaderContext['registry'] = { ...cluster.registry, commit: (changes, context) => cluster.registry.commit(changes, context).catch((error: unknown) => { refusals.push(error); throw error; }) };
  start({ ...cluster.context, registry });
  await cluster.addPod('p', '1');
  await expect.poll(() => refusals).toEqual([expect.objectContaining({ code: 'FORBIDDEN' })]);
  expect(cluster.pod('p')?.spec.nodeName).toBeUndefined();
});

test('Pods that must be away from each other have a node each; one too many says why, and gets the node of one that leaves', async () => {
  for (const name of ['a', 'b']) await cluster.addNode(name);
  start();
  const away = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: {} }] } } };
  for (const name of ['a', 'b']) await cluster.registry.commit([{ verb: 'patch', kind: 'Node', target: { name }, patch: { metadata: { labels: { 'kubernetes.io/hostname': name } } } }], { actor: 'admin' });
  for (const name of ['x', 'y']) await cluster.addPod(name, '1', away);
  for (const name of ['x', 'y']) await cluster.until(isBound(name));
  expect(['x', 'y'].map((name) => cluster.pod(name)?.spec.nodeName).sort()).toEqual(['a', 'b']);
  await cluster.addPod('z', '1', away);
  await cluster.until(isRefused('z'));
  const message = "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.";
  expect(conditionOf(cluster.pod('z')?.status.conditions, 'PodScheduled')).toMatchObject({ reason: 'Unschedulable', message });
  await cluster.registry.commit([{ verb: 'delete', kind: 'Pod', target: { name: 'x' }, options: { gracePeriodSeconds: 0 } }], { actor: 'admin' });
  cluster.clock.advance(10_000);
  await cluster.until(isBound('z'));
});

test('a Pod that must be near to another waits for it', async () => {
  for (const name of ['a', 'b']) await cluster.addNode(name);
  for (const name of ['a', 'b']) await cluster.registry.commit([{ verb: 'patch', kind: 'Node', target: { name }, patch: { metadata: { labels: { 'kubernetes.io/hostname': name } } } }], { actor: 'admin' });
  start();
  const near = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } }] } } };
  await cluster.addPod('web', '1', near);
  await cluster.until(isRefused('web'));
  await cluster.registry.commit([{ verb: 'create', kind: 'Pod', input: { metadata: { name: 'db', labels: { app: 'db' } }, spec: { nodeName: 'b', containers: [{ name: 'main', image: 'db:1' }] } } }], { actor: 'admin' });
  cluster.clock.advance(10_000);
  await cluster.until(isBound('web'));
  expect(cluster.pod('web')?.spec.nodeName).toBe('b');
});
