import fc from 'fast-check';
import { expect, test } from 'vitest';
import { disruptionReconciler } from '../../../../src/controllers/disruption/reconciler.ts';
import { nodeDrainReconciler } from '../../../../src/controllers/node-drain/reconciler.ts';
import { planDrainSteps } from '../../../../src/kinds/node-drain/plan-drain-steps.ts';
import { isPodActive, isPodReady } from '../../../../src/kinds/pod/pod-state.ts';
import { kinds } from '../../../../src/kinds/index.ts';
import type { NodeDrainSpecInput, Pod } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

const owner = (kind: string, uid: string) => ({ apiVersion: 'apps/v1', kind, name: 'web', uid, controller: true });

/** A ReplicaSet with a budget, its ready Pods spread over the node to be emptied and another, in turn. */
function clusterWith(replicas: number, minAvailable: number | string, spec: NodeDrainSpecInput = {}): SimulatedCluster {
  const cluster = new SimulatedCluster();
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };
  const selector = { matchLabels: { app: 'web' } };
  cluster.apply([
    { verb: 'create', kind: 'Node', input: { metadata: { name: 'node-1' } } }, { verb: 'create', kind: 'NodeDrain', input: { metadata: { name: 'node-1' }, spec } },
    { verb: 'create', kind: 'ReplicaSet', input: { metadata: { name: 'web' }, spec: { replicas, selector, template } } },
    { verb: 'create', kind: 'PodDisruptionBudget', input: { metadata: { name: 'web' }, spec: { selector, minAvailable } } },
  ]);
  for (let index = 0; index < replicas; index += 1) addPod(cluster, index % 2 === 0 ? 'node-1' : 'node-2', true);
  return cluster;
}

function addPod(cluster: SimulatedCluster, nodeName: string, isReady: boolean): void {
  const before = new Set(cluster.snapshot.list('Pod').map(({ metadata }) => metadata.uid));
  const { uid } = cluster.snapshot.get('ReplicaSet', 'default', 'web')!.metadata;
  cluster.apply([{ verb: 'create', kind: 'Pod', input: { metadata: { generateName: 'web-', labels: { app: 'web' }, ownerReferences: [owner('ReplicaSet', uid)] }, spec: { nodeName, containers: [{ name: 'main', image: 'web:1' }] } } }]);
  cluster.setReady(cluster.snapshot.list('Pod').find(({ metadata }) => !before.has(metadata.uid))!, isReady);
}

const drainOf = (cluster: SimulatedCluster) => cluster.snapshot.get('NodeDrain', '', 'node-1')!;
const healthy = (cluster: SimulatedCluster) => cluster.snapshot.list('Pod').filter((pod) => isPodActive(pod) && isPodReady(pod)).length;

test('however looks, ends and replacements interleave: never fewer healthy Pods than the budget wants, and the node gets empty', () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(100), fc.array(fc.constantFrom('budget', 'drain', 'end', 'replace', 'ready'), { minLength: 10, maxLength: 60 }), (replicas, share, moves) => {
    const minAvailable = Math.min(Math.floor((replicas * share) / 100), replicas - 1);
    const cluster = clusterWith(replicas, minAvailable);
    const move = (kind: string): void => {
      const pods = cluster.snapshot.list('Pod');
      const going = pods.find((pod) => pod.metadata.deletionTimestamp !== undefined), unready = pods.find((pod) => isPodActive(pod) && !isPodReady(pod));
      if (kind === 'budget') cluster.reconcile(disruptionReconciler, 'default/web');
      else if (kind === 'drain') cluster.reconcile(nodeDrainReconciler, 'node-1');
      else if (kind === 'end' && going) cluster.end(going);
      else if (kind === 'replace' && pods.filter(isPodActive).length < replicas) addPod(cluster, 'node-2', false);
      else if (kind === 'ready' && unready) cluster.setReady(unready, true);
      expect(healthy(cluster)).toBeGreaterThanOrEqual(minAvailable);
    };
    for (const kind of moves) move(kind);
    for (let round = 0; round < 40 && drainOf(cluster).status.phase !== 'Drained'; round += 1) for (const kind of ['budget', 'drain', 'end', 'replace', 'ready']) move(kind);
    expect(drainOf(cluster).status).toMatchObject({ phase: 'Drained', remainingPods: 0, waitingPods: [], conditions: [{ type: 'Drained', status: 'True' }] });
    expect(cluster.snapshot.podsOnNode('node-1')).toEqual([]);
    expect(cluster.snapshot.get('Node', '', 'node-1')?.spec.unschedulable).toBe(true);
    expect(cluster.reconcile(nodeDrainReconciler, 'node-1')).toBe(false);
  }), { numRuns: 60 });
});

test('a budget that allows nothing: what waits is named, and the time allowed ends it; uncordoning takes the request away', () => {
  const cluster = clusterWith(2, '100%', { timeoutSeconds: 30 });
  cluster.reconcile(disruptionReconciler, 'default/web');
  cluster.reconcile(nodeDrainReconciler, 'node-1');
  cluster.reconcile(nodeDrainReconciler, 'node-1');
  const [pod] = cluster.snapshot.podsOnNode('node-1');
  expect(drainOf(cluster).status).toMatchObject({ phase: 'Draining', remainingPods: 1, waitingPods: [{ namespace: 'default', name: pod?.metadata.name, reason: 'PodDisruptionBudget "default/web" needs 2 healthy Pods and has 2 currently' }] });
  cluster.nowMs += 29_999;
  expect(cluster.reconcile(nodeDrainReconciler, 'node-1')).toBe(false);
  cluster.nowMs += 1;
  cluster.reconcile(nodeDrainReconciler, 'node-1');
  expect(drainOf(cluster).status).toMatchObject({ phase: 'Failed', conditions: [{ type: 'Drained', status: 'False', reason: 'TimedOut', message: 'not drained within 30 s; 1 Pod is left' }] });
  cluster.apply([{ verb: 'patch', kind: 'Node', target: { name: 'node-1' }, patch: { spec: { unschedulable: false } } }]);
  cluster.reconcile(nodeDrainReconciler, 'node-1');
  expect(cluster.snapshot.list('NodeDrain')).toEqual([]);
  expect(cluster.snapshot.podsOnNode('node-1').filter(isPodActive)).toHaveLength(1);
});

test('each option lets go what would be in the way without it, and nothing else', () => {
  const facts = fc.record({ controller: fc.constantFrom(undefined, 'ReplicaSet', 'DaemonSet'), hasEmptyDir: fc.boolean(), isMirror: fc.boolean(), isChosen: fc.boolean(), hasEnded: fc.boolean() });
  const options = fc.record({ ignoreDaemonSets: fc.boolean(), deleteEmptyDirData: fc.boolean(), force: fc.boolean(), podSelector: fc.constantFrom(undefined, { matchLabels: { app: 'web' } }) });
  const [base] = clusterWith(1, 0).snapshot.list('Pod') as [Pod];
  fc.assert(fc.property(facts, options, ({ controller, hasEmptyDir, isMirror, isChosen, hasEnded }, spec) => {
    const pod: Pod = {
      ...base, status: { ...base.status, phase: hasEnded ? 'Succeeded' : 'Running' },
      metadata: { ...base.metadata, labels: isChosen ? { app: 'web' } : {}, annotations: isMirror ? { 'kubernetes.io/config.mirror': '1' } : {}, ownerReferences: controller ? [owner(controller, 'uid')] : [] },
      spec: { ...base.spec, volumes: hasEmptyDir ? [{ name: 'data', emptyDir: {} }] : [] } as Pod['spec'],
    };
    const [step] = planDrainSteps([pod], [], kinds.NodeDrain.applyDefaults({ metadata: { name: 'node-1' }, spec }).spec, 0);
    const isDaemons = controller === 'DaemonSet' && !hasEnded;
    if (isMirror || (spec.podSelector && !isChosen) || (isDaemons && spec.ignoreDaemonSets)) expect(step?.action).toBe('LEAVE');
    else if (isDaemons || (!hasEnded && ((hasEmptyDir && !spec.deleteEmptyDirData) || (!controller && !spec.force)))) expect(step).toMatchObject({ action: 'REFUSE', reason: expect.stringMatching(/ignoreDaemonSets|deleteEmptyDirData|force/) });
    else expect(step?.action).toBe('EVICT');
  }));
});
