import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planEndpoints } from '../../../../src/controllers/endpoints/plan-endpoints.ts';
import { planSlices } from '../../../../src/controllers/endpoints/plan-slices.ts';
import type { EndpointSlice, Pod } from '../../../../src/model/object.ts';
import type { RequestedChange } from '../../../../src/registry/registry.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';
import { aService, manyPods } from '../support/services.ts';

const service = aService();
const zones: ReadonlyMap<string, string> = new Map();
const plan = (pods: readonly Pod[], cluster: SimulatedCluster): readonly RequestedChange[] => planSlices({ service, pods, slices: slicesOf(cluster), zones }).changes;
const slicesOf = (cluster: SimulatedCluster): readonly EndpointSlice[] => cluster.snapshot.list('EndpointSlice');

/** A value as text; the order of its keys says nothing. */
const told = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) => (inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner));

/** The Pods of a Service from time to time: all, some of them, and all again. */
const histories = fc.tuple(manyPods, fc.array(fc.tuple(fc.nat(300), fc.nat(300)), { maxLength: 3 })).map(([pods, windows]) => [pods, ...windows.map(([from, length]) => pods.slice(from, from + length)), pods]);

test('over any history the slices hold exactly the wanted endpoints, none over 100, and a second look writes nothing', () => {
  fc.assert(fc.property(histories, (history) => {
    const cluster = new SimulatedCluster();
    for (const pods of history) {
      cluster.apply(plan(pods, cluster));
      const wanted = planEndpoints(service, pods, zones).flatMap((group) => [...group.endpoints.values()].map((endpoint) => told([group.addressType, group.ports, endpoint])));
      expect(slicesOf(cluster).flatMap((slice) => slice.endpoints.map((endpoint) => told([slice.addressType, slice.ports, endpoint]))).sort()).toEqual(wanted.sort());
      expect(Math.max(0, ...slicesOf(cluster).map((slice) => slice.endpoints.length))).toBeLessThanOrEqual(100);
      expect(plan(pods, cluster)).toEqual([]);
    }
  }), { numRuns: 15 });
});

test('only slices with an endpoint that changed are written, and an endpoint stays in its slice', () => {
  fc.assert(fc.property(manyPods, fc.array(fc.nat(319), { maxLength: 3 }), (pods, picks) => {
    const cluster = new SimulatedCluster();
    cluster.apply(plan(pods, cluster));
    const before = slicesOf(cluster);
    const changed = new Set(picks.map((pick) => pods[pick]?.metadata.uid));
    const later = pods.map((pod): Pod => (changed.has(pod.metadata.uid) ? { ...pod, status: { ...pod.status, conditions: [{ type: 'Ready', status: pod.status.conditions[0]?.status === 'True' ? 'False' : 'True' }] } } : pod));
    const affected = before.filter((slice) => slice.endpoints.some((endpoint) => changed.has(endpoint.targetRef?.uid ?? ''))).map((slice) => slice.metadata.name);
    const changes = plan(later, cluster);
    expect(changes.map((change) => (change.verb === 'patch' ? change.target.name : change.verb)).sort()).toEqual(affected.sort());
    cluster.apply(changes);
    const places = (slices: readonly EndpointSlice[]): readonly string[] => slices.flatMap((slice) => slice.endpoints.map((endpoint) => `${slice.metadata.name}/${endpoint.targetRef?.uid}`)).sort();
    expect(places(slicesOf(cluster))).toEqual(places(before));
  }), { numRuns: 15 });
});
