import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, Pod, StoredObject } from '../../../src/model/object.ts';
import { filters } from '../../../src/scheduler/filters/index.ts';
import type { NodeCache } from '../../../src/scheduler/node-cache.ts';
import { podInfoOf } from '../../../src/scheduler/pod-info.ts';
import { scores } from '../../../src/scheduler/scores/index.ts';
import { aNamespace, clusterOf } from './objects.ts';
import { countNear, means, placeOf, sociablePod, teams } from './other-pods.ts';
import type { Places } from './other-pods.ts';

const nodeName = fc.constantFrom('n0', 'n1', 'n2', 'n3');
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('place' as const), pod: sociablePod, nodeName }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('remove' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('relabel' as const), which: fc.nat(), pod: sociablePod }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('node' as const), node: placeOf(nodeName) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('remove-node' as const), nodeName }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('ask' as const), pod: sociablePod }) },
);

/** Runs steps on a cache; asks with the nodes and places as they then are. The tallies of one question are kept for the next. */
function run(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[], nodes: readonly Node[], ask: (pod: Pod, cluster: NodeCache, nodes: readonly Node[], places: Places) => void): void {
  const cluster = clusterOf([...nodes], [], Object.entries(teams).map(([name, labels]) => aNamespace(name, labels)));
  const known = new Map(nodes.map((node) => [node.metadata.name, node])), pods: Pod[] = [];
  const change = (type: 'MODIFIED' | 'DELETED', object: unknown) => cluster.apply({ revision: 1, type, object: object as StoredObject });
  for (const [serial, next] of steps.entries()) {
    if (next.type === 'place') {
      const pod = { ...next.pod, metadata: { ...next.pod.metadata, name: `p-${serial}`, uid: `uid-${serial}` }, spec: { ...next.pod.spec, nodeName: next.nodeName } };
      pods.push(pod);
      change('MODIFIED', pod);
    }
    if (next.type === 'remove' && pods.length > 0) change('DELETED', pods.splice(next.which % pods.length, 1)[0]);
    if (next.type === 'relabel' && pods.length > 0) {
      const at = next.which % pods.length, pod = pods[at]!, { labels, ownerReferences } = next.pod.metadata;
      pods[at] = { ...pod, metadata: { ...pod.metadata, labels, ownerReferences } };
      change('MODIFIED', pods[at]);
    }
    if (next.type === 'node') { known.set(next.node.metadata.name, next.node); change('MODIFIED', next.node); }
    if (next.type === 'remove-node' && known.has(next.nodeName)) { change('DELETED', known.get(next.nodeName)); known.delete(next.nodeName); }
    const places = pods.flatMap((pod) => { const node = known.get(pod.spec.nodeName ?? ''); return node ? [{ pod, node }] : []; });
    if (next.type === 'ask') ask(next.pod, cluster, [...known.values()], places);
  }
}

const world = fc.tuple(fc.array(step, { maxLength: 25 }), fc.uniqueArray(placeOf(nodeName), { selector: (node) => node.metadata.name, minLength: 1 }));
const accepts = (filter: 'PodTopologySpread' | 'InterPodAffinity', pod: Pod, cluster: NodeCache, name: string) =>
  filters[filter].prepare(podInfoOf(pod), cluster)?.accepts(cluster.nodes.find((node) => node.name === name)!) ?? true;

test('topology spread lets a Pod go where the skew stays within bounds, and nowhere else', () => {
  fc.assert(fc.property(world, ([steps, nodes]) => run(steps, nodes, (pod, cluster, known, places) => {
    const hard = (pod.spec.topologySpreadConstraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
    for (const node of known) {
      const isRight = hard.every(({ topologyKey, maxSkew, minDomains = 1, labelSelector, matchLabelKeys = [], nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }) => {
        const counting = known.filter(({ metadata: { labels }, spec: { taints } }) => hard.every((each) => labels[each.topologyKey] !== undefined)
          && (nodeAffinityPolicy === 'Ignore' || pod.spec.nodeSelector['disk'] === undefined || labels['disk'] === 'ssd') && (nodeTaintsPolicy === 'Ignore' || taints.length === 0));
        const isMeant = (other: Pod) => other.metadata.deletionTimestamp === undefined && means(pod, { topologyKey, labelSelector, matchLabelKeys }, other);
        const there = places.filter((place) => counting.includes(place.node));
        const counts = counting.map((each) => countNear(each, topologyKey, there, isMeant)), domains = new Set(counting.map(({ metadata }) => metadata.labels[topologyKey])).size;
        const least = domains < minDomains ? 0 : Math.min(...counts, counts.length === 0 ? 0 : Infinity), self = isMeant({ ...pod }) ? 1 : 0;
        return node.metadata.labels[topologyKey] !== undefined && countNear(node, topologyKey, there, isMeant) + self - least <= maxSkew;
      });
      expect(accepts('PodTopologySpread', pod, cluster, node.metadata.name)).toBe(isRight);
    }
  })), { numRuns: 150 });
});

test('Pods are near to those that they must be near to, away from the others, and where no Pod is that must be away from them', () => {
  fc.assert(fc.property(world, ([steps, nodes]) => run(steps, nodes, (pod, cluster, known, places) => {
    const near = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [], away = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const isWanted = (other: Pod) => near.every((term) => means(pod, term, other));
    const isAlone = !places.some((place) => isWanted(place.pod) && near.some(({ topologyKey }) => place.node.metadata.labels[topologyKey] !== undefined));
    for (const node of known) {
      const isNear = near.every(({ topologyKey }) => node.metadata.labels[topologyKey] !== undefined && (countNear(node, topologyKey, places, isWanted) > 0 || (isAlone && isWanted(pod))));
      const isAway = away.every((term) => countNear(node, term.topologyKey, places, (other) => means(pod, term, other)) === 0);
      const isWelcome = places.every((place) => (place.pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])
        .every((term) => !means(place.pod, term, pod) || countNear(node, term.topologyKey, [place], () => true) === 0));
      expect(accepts('InterPodAffinity', pod, cluster, node.metadata.name)).toBe(isNear && isAway && isWelcome);
      const prepared = filters.InterPodAffinity.prepare(podInfoOf(pod), cluster);
      if (isNear && isAway && isWelcome) continue;
      expect(prepared?.explain(cluster.nodes.find(({ name }) => name === node.metadata.name)!)).toEqual([
        !isNear ? "node(s) didn't match pod affinity rules" : !isAway ? "node(s) didn't match pod anti-affinity rules" : "node(s) didn't satisfy existing pods anti-affinity rules",
      ]);
    }
  })), { numRuns: 150 });
});

test('preferences of both sides sum up by weight', () => {
  fc.assert(fc.property(world, ([steps, nodes]) => run(steps, nodes, (pod, cluster, known, places) => {
    const rate = scores.InterPodAffinity.prepare(podInfoOf(pod), cluster);
    for (const node of known) {
      let sum = 0;
      const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
      for (const { weight, podAffinityTerm: term } of podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) sum += weight * countNear(node, term.topologyKey, places, (other) => means(pod, term, other));
      for (const { weight, podAffinityTerm: term } of podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) sum -= weight * countNear(node, term.topologyKey, places, (other) => means(pod, term, other));
      for (const place of places) {
        const theirs = place.pod.spec.affinity, isIn = (topologyKey: string) => countNear(node, topologyKey, [place], () => true);
        for (const term of theirs?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) if (means(place.pod, term, pod)) sum += isIn(term.topologyKey);
        for (const { weight, podAffinityTerm: term } of theirs?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) if (means(place.pod, term, pod)) sum += weight * isIn(term.topologyKey);
        for (const { weight, podAffinityTerm: term } of theirs?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) if (means(place.pod, term, pod)) sum -= weight * isIn(term.topologyKey);
      }
      expect(rate?.(cluster.nodes.find(({ name }) => name === node.metadata.name)!) ?? 0).toBe(sum);
    }
  })), { numRuns: 150 });
});
