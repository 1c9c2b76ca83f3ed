import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultNodeLifecycle } from '../../../../src/controllers/node-lifecycle/config.ts';
import { evictionTime, planEviction } from '../../../../src/controllers/node-lifecycle/plan-eviction.ts';
import { noGrants, planGrants } from '../../../../src/controllers/node-lifecycle/plan-grants.ts';
import { planNodeHealth } from '../../../../src/controllers/node-lifecycle/plan-node-health.ts';
import { planTaints } from '../../../../src/controllers/node-lifecycle/plan-taints.ts';
import type { Condition, ConditionStatus, Node, Pod, Toleration } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

const nowMs = Date.UTC(2030, 0, 1, 12);

function nodeWith(ready: ConditionStatus | undefined, name = 'node-1', labels: Record<string, string> = {}, more: readonly Condition[] = []): Node {
  const cluster = new SimulatedCluster();
  cluster.nowMs = nowMs - 3_600_000;
  cluster.apply([{ verb: 'create', kind: 'Node', input: { metadata: { name, labels } } }]);
  const node = cluster.snapshot.get('Node', '', name);
  if (!node) throw new Error('no Node');
  const conditions: readonly Condition[] = ready === undefined ? more : [{ type: 'Ready', status: ready, lastTransitionTime: new Date(nowMs - 60_000).toISOString() }, ...more];
  return { ...node, status: { ...node.status, conditions } };
}

function podWith(tolerations: readonly Toleration[], name = 'web'): Pod {
  const cluster = new SimulatedCluster();
  cluster.nowMs = nowMs - 3_600_000;
  cluster.apply([{ verb: 'create', kind: 'Pod', input: { metadata: { name }, spec: { nodeName: 'node-1', tolerations, containers: [{ name: 'main', image: 'web:1' }] } } }]);
  const [pod] = cluster.snapshot.list('Pod');
  if (pod) cluster.setReady(pod, true);
  const [ready] = cluster.snapshot.list('Pod');
  if (!ready) throw new Error('no Pod');
  return ready;
}

const observed = { pods: [], ageMs: 1000, watchedMs: 3_600_000, mayEvict: false, config: defaultNodeLifecycle };

test('a node is lost after the grace period, not before, and never longer than it was watched', () => {
  fc.assert(fc.property(fc.nat(120_000), fc.nat(120_000), (ageMs, watchedMs) => {
    const plan = planNodeHealth({ ...observed, node: nodeWith('True'), ageMs, watchedMs }, nowMs);
    expect(plan.changes.length > 0).toBe(Math.min(ageMs, watchedMs) > 50_000);
  }));
});

test('a lost node: all conditions of its agent Unknown, taints, its Pods not ready, in one plan', () => {
  const node = nodeWith('True', 'node-1', {}, [{ type: 'MemoryPressure', status: 'False' }]);
  const pod = podWith([]);
  const { changes } = planNodeHealth({ ...observed, node, pods: [pod], ageMs: 51_000, mayEvict: true }, nowMs);
  expect(changes.map((change) => [change.verb, change.kind])).toEqual([['updateStatus', 'Node'], ['patch', 'Node'], ['transformStatus', 'Pod']]);
  const [status, patch, transform] = changes;
  expect(status).toMatchObject({ status: { conditions: [
    { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
    { type: 'MemoryPressure', status: 'Unknown', reason: 'NodeStatusUnknown' },
    { type: 'DiskPressure', status: 'Unknown', reason: 'NodeStatusNeverUpdated' },
    { type: 'PIDPressure', status: 'Unknown', reason: 'NodeStatusNeverUpdated' },
  ] } });
  expect(patch).toMatchObject({ patch: { spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: new Date(nowMs).toISOString() }] } } });
  if (transform?.verb !== 'transformStatus' || transform.kind !== 'Pod') throw new Error('the Pod is left alone');
  expect(transform.transform(pod)?.conditions).toMatchObject([{ type: 'Ready', status: 'False', reason: 'NodeNotReady' }]);
});

test('a healthy node costs nothing', () => {
  expect(planNodeHealth({ ...observed, node: nodeWith('True'), pods: [podWith([])] }, nowMs).changes).toEqual([]);
});

test('taints follow from conditions, keep their time, and leave those of others alone', () => {
  const pressures: readonly Condition[] = [{ type: 'DiskPressure', status: 'True' }, { type: 'MemoryPressure', status: 'False' }];
  const node = nodeWith('False', 'node-1', {}, pressures);
  const mine = { key: 'example.com/mine', effect: 'NoExecute' } as const;
  const before = { ...node, spec: { ...node.spec, unschedulable: true, taints: [mine, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: 'then' } as const] } };
  expect(planTaints(before, before.status.conditions, true, nowMs)).toEqual([
    mine,
    { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute', timeAdded: 'then' },
    { key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
  ]);
  expect(planTaints({ ...before, spec: { ...before.spec, unschedulable: false } }, [{ type: 'Ready', status: 'True' }], true, nowMs)).toEqual([mine]);
});

test('grants: one node of a zone per 10 s, none in a small zone that is mostly down, none at all when everything is down', () => {
  const zone = (down: number, up: number, name: string): readonly Node[] => [...Array.from({ length: down }, (_, index) => nodeWith('Unknown', `${name}-down-${index}`, { 'topology.kubernetes.io/zone': name })), ...Array.from({ length: up }, (_, index) => nodeWith('True', `${name}-up-${index}`, { 'topology.kubernetes.io/zone': name }))];
  const first = planGrants(zone(2, 3, 'a'), noGrants, defaultNodeLifecycle, nowMs);
  expect([...first.nodes]).toEqual(['a-down-0']);
  expect(planGrants(zone(2, 3, 'a'), first, defaultNodeLifecycle, nowMs + 9_999).nodes.size).toBe(1);
  const second = planGrants(zone(2, 3, 'a'), first, defaultNodeLifecycle, nowMs + 10_000);
  expect(second.nodes.size).toBe(2);
  expect(planGrants([...zone(3, 2, 'a'), ...zone(1, 1, 'b')], noGrants, defaultNodeLifecycle, nowMs).nodes).toEqual(new Set(['b-down-0']));
  expect(planGrants(zone(40, 11, 'a'), noGrants, defaultNodeLifecycle, nowMs).nodes.size).toBe(1);
  expect(planGrants(zone(2, 0, 'a'), second, defaultNodeLifecycle, nowMs).nodes.size).toBe(0);
  expect(planGrants(zone(0, 5, 'a'), second, defaultNodeLifecycle, nowMs).nodes.size).toBe(0);
});

test('eviction: at once, after the toleration, or never; the plan says when the next is due', () => {
  const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: new Date(nowMs).toISOString() } as const;
  const tolerates = (tolerationSeconds?: number): Toleration => ({ key: taint.key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds });
  expect(evictionTime(podWith([tolerates()]), [taint])).toBe(Infinity);
  expect(evictionTime(podWith([tolerates(), tolerates(5)]), [taint, { key: 'other', effect: 'NoExecute' }])).toBe(-Infinity);
  const older = { ...taint, timeAdded: new Date(nowMs - 7_200_000).toISOString() };
  expect(evictionTime(podWith([tolerates(5)]), [older])).toBe(nowMs - 3_600_000 + 5000);
  const node = { ...nodeWith('Unknown'), spec: { ...nodeWith('Unknown').spec, taints: [taint] } };
  fc.assert(fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 600 })), { maxLength: 5 }), fc.nat(700_000), (seconds, laterMs) => {
    const pods = seconds.map((value, index) => podWith(value === null ? [] : [tolerates(value)], `pod-${index}`));
    const plan = planEviction({ node, pods }, nowMs + laterMs);
    const due = pods.filter((_, index) => (seconds[index] ?? 0) * 1000 <= laterMs);
    expect(plan.changes.flatMap((change) => (change.verb === 'delete' ? [change.target.name] : []))).toEqual(due.map((pod) => pod.metadata.name));
    const waiting = seconds.filter((value) => (value ?? 0) * 1000 > laterMs).map((value) => (value ?? 0) * 1000 - laterMs);
    expect(plan.requeueAfterMs).toBe(waiting.length === 0 ? undefined : Math.min(...waiting));
  }), { numRuns: 50 });
  expect(planEviction({ node: nodeWith('True'), pods: [podWith([])] }, nowMs).changes).toEqual([]);
});
