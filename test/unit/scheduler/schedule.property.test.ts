import fc from 'fast-check';
import { expect, test } from 'vitest';
import { milliValue, parseQuantity } from '../../../src/model/quantity.ts';
import type { Pod } from '../../../src/model/object.ts';
import { explainRefusals } from '../../../src/scheduler/explain-refusals.ts';
import { filterNames, filters } from '../../../src/scheduler/filters/index.ts';
import { podInfoOf } from '../../../src/scheduler/pod-info.ts';
import { podRequests } from '../../../src/scheduler/resources.ts';
import { schedule } from '../../../src/scheduler/schedule.ts';
import { someNodes, somePods } from './arbitraries.ts';
import { aPod, clusterOf } from './objects.ts';

const start = fc.nat({ max: 10 });

test('placing Pods one after the other never gives a node more than it has, nor one port twice', () => {
  fc.assert(fc.property(someNodes, somePods, start, (nodes, pods, startIndex) => {
    const cluster = clusterOf(nodes);
    const placed = new Map<string, Pod[]>();
    for (const pod of pods) {
      const decision = schedule(podInfoOf(pod), cluster, { startIndex });
      if (decision.type === 'refused') continue;
      cluster.assume(podInfoOf(pod), decision.nodeName);
      placed.set(decision.nodeName, [...(placed.get(decision.nodeName) ?? []), pod]);
    }
    for (const { metadata: { name }, status: { allocatable = {} } } of nodes) {
      const there = placed.get(name) ?? [];
      const sum = (of: (pod: Pod) => number): number => there.reduce((total, pod) => total + of(pod), 0);
      expect(there.length).toBeLessThanOrEqual(parseQuantity(allocatable['pods']!));
      expect(sum((pod) => podRequests(pod.spec).cpuMillis)).toBeLessThanOrEqual(milliValue(allocatable['cpu']!));
      expect(sum((pod) => podRequests(pod.spec).memoryBytes)).toBeLessThanOrEqual(parseQuantity(allocatable['memory']!));
      expect(sum((pod) => podRequests(pod.spec).others.get('example.com/gpu') ?? 0)).toBeLessThanOrEqual(parseQuantity(allocatable['example.com/gpu']!));
      const ports = there.map((pod) => new Set(podInfoOf(pod).hostPorts.map((port) => `${port.protocol}/${port.ip}/${port.port}`)));
      expect(new Set(ports.flatMap((set) => [...set])).size).toBe(ports.reduce((total, set) => total + set.size, 0));
    }
  }));
});

test('a chosen node is refused by no filter; a refused Pod is refused by each node, and the counts sum up', () => {
  fc.assert(fc.property(someNodes, somePods, start, (nodes, pods, startIndex) => {
    const cluster = clusterOf(nodes);
    for (const pod of pods) {
      const info = podInfoOf(pod);
      const refusesOn = (name: string): boolean => filterNames.some((filter) => filters[filter].prepare(info, cluster)?.accepts(cluster.nodes.find((node) => node.name === name)!) === false);
      const decision = schedule(info, cluster, { startIndex });
      if (decision.type === 'placed') {
        expect(refusesOn(decision.nodeName)).toBe(false);
        continue;
      }
      expect(nodes.every((node) => refusesOn(node.metadata.name))).toBe(true);
      expect([...decision.refusals.byFilter.values()].reduce((sum, count) => sum + count, 0)).toBe(nodes.length);
      expect(explainRefusals(decision.refusals)).toMatch(new RegExp(`^0/${nodes.length} nodes are available: .+\\.$`));
    }
  }));
});

test('the same inputs give the same answer, and change nothing', () => {
  fc.assert(fc.property(someNodes, somePods, start, (nodes, pods, startIndex) => {
    const cluster = clusterOf(nodes, pods.slice(1).map((pod, i) => ({ ...pod, spec: { ...pod.spec, nodeName: `node-${i % 6}` } })));
    const before = structuredClone(cluster.nodes);
    const info = podInfoOf(pods[0] ?? aPod('p'));
    expect(schedule(info, cluster, { startIndex })).toEqual(schedule(info, cluster, { startIndex }));
    expect(cluster.nodes).toEqual(before);
  }));
});

test('chance decides between equals only', () => {
  fc.assert(fc.property(someNodes, somePods, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (nodes, pods, chance) => {
    const cluster = clusterOf(nodes);
    for (const pod of pods) {
      const [first, other] = [schedule(podInfoOf(pod), cluster), schedule(podInfoOf(pod), cluster, { random: () => chance })];
      expect(other.type).toBe(first.type);
      if (first.type === 'placed' && other.type === 'placed') expect(other.score).toBe(first.score);
    }
  }));
});
