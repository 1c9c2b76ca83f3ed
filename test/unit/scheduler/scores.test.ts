import { expect, test } from 'vitest';
import type { Node, Pod } from '../../../src/model/object.ts';
import { podInfoOf } from '../../../src/scheduler/pod-info.ts';
import { feasibleNodesWanted, schedule } from '../../../src/scheduler/schedule.ts';
import type { ScoreName } from '../../../src/scheduler/scores/index.ts';
import { scores } from '../../../src/scheduler/scores/index.ts';
import { aNode, aPod, clusterOf } from './objects.ts';
import type { PodSketch } from './objects.ts';

function chosen(sketch: PodSketch, nodes: readonly Node[], pods: readonly Pod[] = []): string {
  const decision = schedule(podInfoOf(aPod('p', sketch)), clusterOf(nodes, pods));
  return decision.type === 'placed' ? decision.nodeName : 'none';
}

function raw(name: ScoreName, sketch: PodSketch, node: Node, pods: readonly Pod[] = []): number | undefined {
  const cluster = clusterOf([node], pods);
  return scores[name].prepare(podInfoOf(aPod('p', sketch)), cluster)?.(cluster.nodes[0]!);
}

test('least allocated: mean of the free parts in percent, not rounded', () => {
  const node = aNode('a', { allocatable: { cpu: '4', memory: '8Gi' } });
  expect(raw('LeastAllocated', { requests: { cpu: '1', memory: '4Gi' } }, node)).toBe(62.5);
  expect(raw('LeastAllocated', { requests: { cpu: '1', memory: '4Gi' } }, node, [aPod('q', { nodeName: 'a', requests: { cpu: '1', memory: '2Gi' } })])).toBe(37.5);
});

test('a Pod that requests nothing counts as 100m and 200 MB for least allocated only', () => {
  expect(raw('LeastAllocated', {}, aNode('a', { allocatable: { cpu: '1', memory: '400Mi' } }))).toBe(70);
  expect(raw('BalancedAllocation', {}, aNode('a'))).toBeUndefined();
});

test('balanced allocation: 100 for equal parts, 50 for the most unequal', () => {
  const node = aNode('a', { allocatable: { cpu: '4', memory: '8Gi' } });
  expect(raw('BalancedAllocation', { requests: { cpu: '2', memory: '4Gi' } }, node)).toBe(100);
  expect(raw('BalancedAllocation', { requests: { cpu: '4' } }, node)).toBe(50);
});

test('image locality: from 23 MB to 1000 MB a container', () => {
  const mega = 1024 * 1024;
  const withImage = (sizeBytes: number): Node => aNode('a', { images: [{ names: ['app:1'], sizeBytes }] });
  expect(raw('ImageLocality', { image: 'app:1' }, withImage(20 * mega))).toBe(0);
  expect(raw('ImageLocality', { image: 'app:1' }, withImage(2000 * mega))).toBe(100);
  expect(raw('ImageLocality', { image: 'app:1' }, withImage(512 * mega))).toBe(50);
  expect(raw('ImageLocality', { image: 'other:1' }, withImage(512 * mega))).toBeUndefined();
});

test('the emptier node is chosen; among equals the first', () => {
  const nodes = ['a', 'b', 'c'].map((name) => aNode(name));
  expect(chosen({ requests: { cpu: '1' } }, nodes)).toBe('a');
  expect(chosen({ requests: { cpu: '1' } }, nodes, [aPod('x', { nodeName: 'a' }), aPod('y', { nodeName: 'b' })])).toBe('c');
});

test('a soft taint outweighs an emptier node, a preferred label outweighs neither of equals', () => {
  const soft = [{ key: 'slow', effect: 'PreferNoSchedule' as const }];
  expect(chosen({}, [aNode('a', { taints: soft }), aNode('b')], [aPod('x', { nodeName: 'b', requests: { cpu: '3' } })])).toBe('b');
  expect(chosen({ tolerations: [{ key: 'slow', operator: 'Exists' }] }, [aNode('a', { taints: soft }), aNode('b')], [aPod('x', { nodeName: 'b' })])).toBe('a');
  const preferred = [{ weight: 10, preference: { matchExpressions: [{ key: 'disk', operator: 'In' as const, values: ['ssd'] }] } }];
  expect(chosen({ affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } }, [aNode('a'), aNode('b', { labels: { disk: 'ssd' } })])).toBe('b');
});

test('weights are those of Kubernetes', () => {
  expect(Object.fromEntries(Object.entries(scores).map(([name, { weight }]) => [name, weight])))
    .toEqual({ TaintToleration: 3, NodeAffinity: 2, PodTopologySpread: 2, InterPodAffinity: 2, LeastAllocated: 1, BalancedAllocation: 1, ImageLocality: 1 });
});

test.each([[0, 0], [1, 1], [99, 99], [100, 100], [150, 100], [1000, 420], [5000, 500], [10_000, 500]])('of %i nodes %i suitable ones are enough', (nodes, wanted) => {
  expect(feasibleNodesWanted(nodes)).toBe(wanted);
});

test('searches in a large cluster take turns through its nodes', () => {
  const cluster = clusterOf(Array.from({ length: 300 }, (_, i) => aNode(`node-${String(i).padStart(3, '0')}`)));
  let startIndex = 0;
  const names = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const decision = schedule(podInfoOf(aPod(`p${i}`)), cluster, { startIndex });
    startIndex = decision.nextIndex;
    if (decision.type === 'placed') names.add(decision.nodeName);
  }
  expect([...names]).toEqual(['node-000', 'node-144', 'node-288']);
});
