import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseVictims } from '../../../../src/controllers/replica-set/choose-victims.ts';
import { planRefusal, planReplicas } from '../../../../src/controllers/replica-set/plan-replicas.ts';
import { podsOf, replicaSetReconciler } from '../../../../src/controllers/replica-set/reconciler.ts';
import { isPodActive, isPodReady } from '../../../../src/kinds/pod/pod-state.ts';
import { ApiError } from '../../../../src/model/errors.ts';
import type { ContainerStatus, Pod, ReplicaSet } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

const labels = { app: 'web' };
const template = { metadata: { labels: { ...labels, tier: 'front' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };

function clusterWith(replicas: number, minReadySeconds = 0): SimulatedCluster {
  const cluster = new SimulatedCluster();
  cluster.apply([{ verb: 'create', kind: 'ReplicaSet', input: { metadata: { name: 'web' }, spec: { replicas, minReadySeconds, selector: { matchLabels: labels }, template } } }]);
  return cluster;
}

function setOf(cluster: SimulatedCluster): ReplicaSet {
  const set = cluster.snapshot.get('ReplicaSet', 'default', 'web');
  if (!set) throw new Error('the ReplicaSet is gone');
  return set;
}

const look = (cluster: SimulatedCluster): boolean => cluster.reconcile(replicaSetReconciler, 'default/web');
const settle = (cluster: SimulatedCluster): void => { for (let round = 0; look(cluster); round += 1) if (round > 50) throw new Error('does not settle'); };

test('Pods come in batches of 1, 2, 4, …', () => {
  const cluster = clusterWith(20);
  const counts: number[] = [];
  while (look(cluster)) counts.push(cluster.snapshot.list('Pod').length);
  expect(counts).toEqual([1, 3, 7, 15, 20]);
});

test('from any state it comes to as many active Pods as asked for, with true counts, and then writes nothing', () => {
  const pods = fc.record({ isReady: fc.boolean(), isOwned: fc.boolean(), isMatching: fc.boolean(), isGoing: fc.boolean(), hasEnded: fc.boolean() });
  fc.assert(fc.property(fc.nat(12), fc.array(pods, { maxLength: 12 }), (replicas, initial) => {
    const cluster = clusterWith(replicas);
    for (const given of initial) addPod(cluster, given);
    settle(cluster);
    const mine = podsOf(setOf(cluster), cluster.snapshot).filter(isPodActive);
    expect(mine).toHaveLength(replicas);
    expect(setOf(cluster).status).toMatchObject({ replicas, readyReplicas: mine.filter(isPodReady).length, fullyLabeledReplicas: mine.filter((pod) => pod.metadata.labels['tier'] === 'front').length, observedGeneration: 1 });
    for (const pod of cluster.snapshot.list('Pod').filter(isPodActive)) expect(pod.metadata.labels['app'] === 'web').toBe(pod.metadata.ownerReferences.length === 1);
    expect(look(cluster)).toBe(false);
  }), { numRuns: 150 });
});

test('a Pod of another controller is never taken', () => {
  const cluster = clusterWith(1);
  cluster.apply([{ verb: 'create', kind: 'Pod', input: { metadata: { name: 'other', labels, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'other', uid: 'other', controller: true }] }, spec: template.spec } }]);
  settle(cluster);
  expect(cluster.snapshot.get('Pod', 'default', 'other')?.metadata.ownerReferences.map((owner) => owner.uid)).toEqual(['other']);
  expect(cluster.snapshot.list('Pod')).toHaveLength(2);
});

test('ready Pods become available after minReadySeconds, and the plan says when to look', () => {
  const cluster = clusterWith(1, 10);
  settle(cluster);
  const [pod] = cluster.snapshot.list('Pod');
  if (pod) cluster.setReady(pod, true);
  settle(cluster);
  expect(setOf(cluster).status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
  const observed = replicaSetReconciler.observe('default/web', cluster.snapshot);
  expect(observed && planReplicas(observed, cluster.nowMs + 4000).requeueAfterMs).toBe(6000);
  cluster.nowMs += 10_000;
  settle(cluster);
  expect(setOf(cluster).status.availableReplicas).toBe(1);
});

test('a refusal is written down, Pods are then tried one at a time, and the condition goes when none is missing', () => {
  const cluster = clusterWith(9);
  for (let round = 0; round < 3; round += 1) look(cluster);
  const observed = replicaSetReconciler.observe('default/web', cluster.snapshot);
  if (!observed) throw new Error('nothing observed');
  cluster.apply(planRefusal(observed, new ApiError('FORBIDDEN', 'exceeded quota: pods'), cluster.nowMs).changes);
  expect(setOf(cluster).status.conditions).toMatchObject([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota: pods' }]);
  look(cluster);
  expect(setOf(cluster).status).toMatchObject({ replicas: 8, conditions: [{ type: 'ReplicaFailure' }] });
  look(cluster);
  expect(setOf(cluster).status).toMatchObject({ replicas: 9, conditions: [] });
});

test('a ReplicaSet that is being deleted makes nothing', () => {
  const cluster = clusterWith(3);
  cluster.apply([{ verb: 'delete', kind: 'ReplicaSet', target: { name: 'web' } }]);
  settle(cluster);
  expect(cluster.snapshot.list('Pod')).toEqual([]);
});

test('victims: each rule decides where all earlier ones tie', () => {
  const nowMs = Date.UTC(2030, 0, 2);
  const pods: readonly (readonly [string, PodFacts])[] = [
    ['unassigned', { nodeName: undefined, phase: 'Pending', isReady: false }],
    ['pending', { phase: 'Pending', isReady: false }],
    ['unknown', { phase: 'Unknown', isReady: false }],
    ['not-ready', { isReady: false }],
    ['cheap', { cost: -5 }],
    ['crowded-1', { nodeName: 'node-2' }],
    ['crowded-2', { nodeName: 'node-2', ageMs: 7_900_000 }],
    ['ready-recently', { readyMs: 1000 }],
    ['restarted', { restarts: 4 }],
    ['newer', { ageMs: 900_000 }],
    ['older', {}],
    ['dear', { cost: 10 }],
  ];
  const objects = pods.map(([name, facts]) => podWith(name, facts, nowMs));
  fc.assert(fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
    expect(chooseVictims(shuffled, objects, objects.length, nowMs).map((pod) => pod.metadata.name).filter((name) => !name.startsWith('crowded')))
      .toEqual(pods.map(([name]) => name).filter((name) => !name.startsWith('crowded')));
  }));
});

interface PodFacts {
  readonly nodeName?: string | undefined;
  readonly phase?: Pod['status']['phase'];
  readonly isReady?: boolean;
  readonly cost?: number;
  readonly readyMs?: number;
  readonly restarts?: number;
  readonly ageMs?: number;
}

function podWith(name: string, facts: PodFacts, nowMs: number): Pod {
  const cluster = new SimulatedCluster();
  cluster.nowMs = nowMs - (facts.ageMs ?? 8_000_000);
  cluster.apply([{ verb: 'create', kind: 'Pod', input: { metadata: { name, annotations: facts.cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': String(facts.cost) } }, spec: { ...template.spec, nodeName: 'nodeName' in facts ? facts.nodeName : `node-of-${name}` } } }]);
  const pod = cluster.snapshot.get('Pod', 'default', name);
  if (!pod) throw new Error('no Pod');
  const lastTransitionTime = new Date(nowMs - (facts.readyMs ?? 800_000)).toISOString();
  const status: ContainerStatus = { name: 'main', ready: true, restartCount: facts.restarts ?? 0, image: '', imageID: '', state: {}, lastState: {} };
  return { ...pod, status: { ...pod.status, phase: facts.phase ?? 'Running', conditions: [{ type: 'Ready', status: facts.isReady === false ? 'False' : 'True', lastTransitionTime }], containerStatuses: [status] } };
}

function addPod(cluster: SimulatedCluster, given: { readonly isReady: boolean; readonly isOwned: boolean; readonly isMatching: boolean; readonly isGoing: boolean; readonly hasEnded: boolean }): void {
  const { name, uid } = setOf(cluster).metadata;
  const ownerReferences = given.isOwned ? [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true }] : [];
  cluster.apply([{ verb: 'create', kind: 'Pod', input: { metadata: { generateName: 'given-', labels: { app: given.isMatching ? 'web' : 'other' }, ownerReferences }, spec: { ...template.spec, nodeName: 'node-1' } } }]);
  const pod = cluster.snapshot.list('Pod').toSorted((one, other) => Number(other.metadata.resourceVersion) - Number(one.metadata.resourceVersion))[0];
  if (!pod) return;
  cluster.setReady(pod, given.isReady);
  if (given.hasEnded) cluster.setPod(pod, { phase: 'Failed' });
  if (given.isGoing && !given.hasEnded) cluster.apply([{ verb: 'delete', kind: 'Pod', target: { name: pod.metadata.name } }]);
}

test('a change of a Pod means a look only where it makes a plan come out otherwise', () => {
  const cluster = clusterWith(3);
  settle(cluster);
  const pod = podsOf(setOf(cluster), cluster.snapshot)[0]!, podWatch = replicaSetReconciler.watches.find(({ kind }) => kind === 'Pod')!;
  const keysOf = (after: Pod) => podWatch.keys({ revision: 9, type: 'MODIFIED', object: after, previous: pod }, cluster.snapshot);
  const status = (more: Partial<Pod['status']>): Pod => ({ ...pod, status: { ...pod.status, ...more } });
  for (const same of [
    { ...pod, spec: { ...pod.spec, nodeName: 'node-1' } }, status({ conditions: [{ type: 'PodScheduled', status: 'True' }] }), status({ podIP: '10.0.0.1' }),
    { ...pod, metadata: { ...pod.metadata, annotations: { note: 'x' } } },
  ]) expect(keysOf(same)).toEqual([]);
  for (const other of [
    status({ phase: 'Running' }), status({ conditions: [{ type: 'Ready', status: 'True' }] }), { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2030-01-01T00:00:00.000Z' } },
    { ...pod, metadata: { ...pod.metadata, labels: {} } },
  ]) expect(keysOf(other)).toContain('default/web');
  expect(podWatch.keys({ revision: 9, type: 'DELETED', object: pod, previous: pod }, cluster.snapshot)).toContain('default/web');
});
