import fc from 'fast-check';
import { expect, test } from 'vitest';
import { surelyAvailable } from '../../../../src/controllers/deployment/counted-set.ts';
import type { CountedSet } from '../../../../src/controllers/deployment/counted-set.ts';
import { planRollingUpdate } from '../../../../src/controllers/deployment/plan-rolling-update.ts';
import type { Rollout } from '../../../../src/controllers/deployment/plan-rolling-update.ts';
import { planScale } from '../../../../src/controllers/deployment/plan-scale.ts';
import type { ReplicaSet } from '../../../../src/model/object.ts';

function set(name: string, wanted: number, active: number, ready: number, available: number, max?: number): CountedSet {
  const annotations: Readonly<Record<string, string>> = max === undefined ? {} : { 'deployment.kubernetes.io/max-replicas': String(max), 'deployment.kubernetes.io/desired-replicas': '0' };
  const metadata = { name, uid: name, annotations, labels: {}, creationTimestamp: '', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [] };
  const replicaSet: ReplicaSet = {
    apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, status: { replicas: active, fullyLabeledReplicas: active, readyReplicas: ready, availableReplicas: available, observedGeneration: 1, conditions: [] },
    spec: { replicas: wanted, minReadySeconds: 0, selector: {}, template: { metadata: { labels: {}, annotations: {} }, spec: {} as ReplicaSet['spec']['template']['spec'] } },
  };
  return { replicaSet, wanted, active, ready, available, present: active };
}

const counted = fc.tuple(fc.nat(15), fc.nat(15), fc.nat(15), fc.nat(15)).map(([wanted, ...counts]) => {
  const [available = 0, ready = 0, active = 0] = counts.toSorted((one, other) => one - other);
  return { wanted, active, ready, available };
});
const rollouts: fc.Arbitrary<Rollout> = fc.record({ desired: fc.nat(15), surge: fc.nat(5), unavailable: fc.nat(5), next: fc.option(counted), previous: fc.array(counted, { maxLength: 3 }) })
  .map(({ desired, surge, unavailable, next, previous }) => {
    const maxUnavailable = Math.min(desired, surge + unavailable === 0 ? 1 : unavailable);
    const make = (name: string, { wanted, active, ready, available }: { wanted: number; active: number; ready: number; available: number }): CountedSet => set(name, wanted, active, ready, available);
    return { desired, bounds: { ceiling: desired === 0 ? 0 : desired + surge, floor: desired - maxUnavailable, maxSurge: surge, maxUnavailable }, next: next ? make('next', next) : undefined, previous: previous.map((one, index) => make(`old-${index}`, one)) };
  });

const available = (rollout: Rollout, sizeOf: (one: CountedSet) => number): number => [...rollout.previous, ...(rollout.next ? [rollout.next] : [])].reduce((sum, one) => sum + surelyAvailable(one, sizeOf(one)), 0);

test('a step of a rolling update, from any counts: growth stays below the ceiling, shrinking keeps the floor or loses nothing', () => {
  fc.assert(fc.property(rollouts, (rollout) => {
    const sizes = planRollingUpdate(rollout);
    const sizeOf = (one: CountedSet): number => (one === rollout.next ? sizes.next : sizes.previous.get(one.replicaSet.metadata.name) ?? -1);
    const places = rollout.previous.reduce((sum, one) => sum + Math.max(one.wanted, one.active), 0) + Math.max(sizes.next, rollout.next?.active ?? 0);
    if (sizes.next > (rollout.next?.wanted ?? 0)) expect(places).toBeLessThanOrEqual(rollout.bounds.ceiling);
    for (const one of rollout.previous) expect(sizeOf(one)).toSatisfy((size: number) => size >= 0 && size <= one.wanted);
    const [before, after] = [available(rollout, (one) => one.wanted), available(rollout, sizeOf)];
    if (after < before) expect(after).toBeGreaterThanOrEqual(rollout.bounds.floor);
  }), { numRuns: 1000 });
});

test('scaling shares by size: 10 to 30 with 3 of surge in the middle of a rollout', () => {
  const rollout: Rollout = { desired: 30, bounds: { ceiling: 33, floor: 28, maxSurge: 3, maxUnavailable: 2 }, previous: [set('old', 8, 8, 8, 8, 13)], next: set('next', 5, 5, 2, 2, 13) };
  expect(planScale(rollout, true)).toEqual(new Map([['old', 20], ['next', 13]]));
});

test('scaling down: the total is the ceiling, and the floor holds wherever it held before', () => {
  fc.assert(fc.property(fc.nat(10), fc.nat(10), fc.nat(10), fc.nat(10), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }), (oldReady, oldUnready, newReady, newUnready, desired, unavailable) => {
    const [oldSize, newSize] = [oldReady + oldUnready, newReady + newUnready];
    fc.pre(oldSize > 0 && newSize > 0);
    const floor = Math.max(0, desired - unavailable);
    const max = oldSize + newSize;
    const rollout: Rollout = {
      desired, bounds: { ceiling: desired + 2, floor, maxSurge: 2, maxUnavailable: unavailable },
      previous: [set('old', oldSize, oldSize, oldReady, oldReady, max)], next: set('next', newSize, newSize, newReady, newReady, max),
    };
    fc.pre(desired + 2 < max);
    const sizes = planScale(rollout, true);
    expect([...(sizes?.values() ?? [])].reduce((sum, size) => sum + size, 0)).toBe(desired + 2);
    expect(available(rollout, (one) => sizes?.get(one.replicaSet.metadata.name) ?? 0)).toBeGreaterThanOrEqual(Math.min(floor, oldReady + newReady));
  }), { numRuns: 500 });
});
