import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, StoredObject } from '../../../src/model/object.ts';
import { demandOf } from '../../../src/scheduler/demand.ts';
import { KeptSearches } from '../../../src/scheduler/kept-searches.ts';
import { podInfoOf } from '../../../src/scheduler/pod-info.ts';
import { schedule } from '../../../src/scheduler/schedule.ts';
import { nodeOf, podOf, someNodes } from './arbitraries.ts';
import { aNode, aPod, clusterOf } from './objects.ts';
import { host, placeOf, sociablePod, zone } from './other-pods.ts';

const templates = fc.array(podOf(fc.constant('p')), { minLength: 1, maxLength: 3 });
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('place' as const), template: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('node' as const), node: nodeOf(fc.constantFrom('node-0', 'node-1', 'node-7')) }) },
);

const sociableTemplates = fc.array(sociablePod, { minLength: 1, maxLength: 3 });
const places = fc.uniqueArray(placeOf(fc.constantFrom('node-0', 'node-1', 'node-2', 'node-3')), { selector: (node) => node.metadata.name });

test.each([['about nodes', someNodes, templates], ['about other Pods', places, sociableTemplates]] as const)('a Pod with rules %s is placed from a kept search exactly as well as by a search of its own, whatever happened in between', (_, nodeLists, templateLists) => {
  fc.assert(fc.property(nodeLists, templateLists, fc.array(step, { maxLength: 30 }), (nodes, podTemplates, steps) => {
    const cluster = clusterOf(nodes), searches = new KeptSearches(cluster), placed: string[] = [];
    for (const [serial, next] of steps.entries()) {
      if (next.type === 'node') cluster.apply({ revision: 1, type: 'MODIFIED', object: next.node as Node & StoredObject });
      if (next.type === 'remove' && placed.length > 0) cluster.forget(placed.splice(next.which % placed.length, 1)[0]!);
      if (next.type !== 'place') continue;
      const template = podTemplates[next.template % podTemplates.length]!;
      const info = podInfoOf({ ...template, metadata: { ...template.metadata, name: `p-${serial}`, uid: `uid-${serial}` } });
      const decision = searches.decide(info, demandOf(info)), own = schedule(info, cluster);
      if (decision.type === 'refused' || own.type === 'refused') expect(decision).toEqual(own);
      else {
        expect(decision.score).toBeCloseTo(own.score, 9);
        cluster.assume(info, decision.nodeName);
        placed.push(info.uid);
      }
    }
  }), { numRuns: 150 });
});

test('in a large cluster one search serves many equal Pods, and all nodes still get their turn', () => {
  const cluster = clusterOf(Array.from({ length: 1000 }, (_, i) => aNode(`node-${String(i).padStart(4, '0')}`)));
  const searches = new KeptSearches(cluster), used = new Map<string, number>();
  let startIndex = 0, begun = 0;
  for (let i = 0; i < 1000; i++) {
    const info = podInfoOf(aPod(`p-${i}`, { requests: { cpu: '100m', memory: '64Mi' } }));
    const decision = searches.decide(info, demandOf(info), { startIndex });
    if (decision.type === 'refused') throw new Error('there is room');
    if (decision.nextIndex !== startIndex) begun++;
    startIndex = decision.nextIndex;
    cluster.assume(info, decision.nodeName);
    used.set(decision.nodeName, (used.get(decision.nodeName) ?? 0) + 1);
  }
  expect(begun).toBeLessThan(20);
  expect(Math.max(...used.values())).toBeLessThanOrEqual(3);
  expect(used.size).toBeGreaterThan(600);
});

test.each([5, 7])('%i Pods with the smallest requests, or none, spread over three equal nodes', (count) => {
  const sketches: Readonly<Record<string, string>>[] = [{}, { cpu: '1m' }, { memory: '1Ki' }, { cpu: '10m', memory: '1Mi' }];
  for (const requests of sketches) {
    const cluster = clusterOf(['a', 'b', 'c'].map((name) => aNode(name, { allocatable: { cpu: '64', memory: '512Gi' } }))), searches = new KeptSearches(cluster);
    for (let i = 0; i < count; i++) {
      const info = podInfoOf(aPod(`p-${i}`, { requests })), decision = searches.decide(info, demandOf(info));
      if (decision.type === 'placed') cluster.assume(info, decision.nodeName);
    }
    const counts = cluster.nodes.map(({ podCount }) => podCount);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([Math.floor(count / 3), Math.ceil(count / 3)]);
  }
});

test('Pods of one controller spread over nodes and zones, however full the nodes are', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((name, i) => aNode(name, { allocatable: { cpu: '64', memory: '512Gi' }, labels: { [host]: name, [zone]: i < 3 ? 'z1' : 'z2' } }));
  const cluster = clusterOf(nodes, [0, 1, 2].map((i) => aPod(`other-${i}`, { nodeName: 'd', requests: { cpu: '1' } }))), searches = new KeptSearches(cluster);
  const used = Array.from({ length: 5 }, (_, i) => {
    const info = podInfoOf(aPod(`p-${i}`, { owner: 'set-1', requests: { cpu: '1m' } })), decision = searches.decide(info, demandOf(info));
    if (decision.type === 'refused') throw new Error('there is room');
    cluster.assume(info, decision.nodeName);
    return decision.nodeName;
  });
  expect(used.slice(0, 4).sort()).toEqual(['a', 'b', 'c', 'd']);
  expect(used[4]).toBe('d');
});
