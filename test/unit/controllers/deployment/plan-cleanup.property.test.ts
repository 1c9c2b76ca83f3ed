import fc from 'fast-check';
import { expect, test } from 'vitest';
import { revisionAnnotation } from '../../../../src/controllers/deployment/annotations.ts';
import type { CountedSet } from '../../../../src/controllers/deployment/counted-set.ts';
import { planCleanup } from '../../../../src/controllers/deployment/plan-cleanup.ts';
import { aReplicaSet } from '../support/objects.ts';

const rarely = (most: number): fc.Arbitrary<number> => fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(most) });
const facts = fc.record({ revision: fc.nat(1000), wanted: rarely(2), present: rarely(2), replicas: rarely(2), behind: rarely(1), isGoing: rarely(1).map(Boolean) });
const sets = fc.uniqueArray(facts, { maxLength: 8, selector: (one) => one.revision }).map((given) => given.map(({ revision, wanted, present, replicas, behind, isGoing }): CountedSet => ({
  replicaSet: aReplicaSet(`set-${revision}`, { replicas: wanted }, { replicas, observedGeneration: 3 - behind }, {
    generation: 3, annotations: { [revisionAnnotation]: String(revision) }, deletionTimestamp: isGoing ? '2030-01-01T00:00:00.000Z' : undefined,
  }),
  wanted, active: present, ready: 0, available: 0, present,
})));
const revision = (set: CountedSet): number => Number(set.replicaSet.metadata.annotations[revisionAnnotation]);
const isIdle = ({ wanted, present, replicaSet }: CountedSet): boolean => wanted + present + replicaSet.status.replicas === 0 && replicaSet.status.observedGeneration === replicaSet.metadata.generation;

test('only idle ReplicaSets go, never one of the newest that the history keeps, and the oldest go first', () => {
  fc.assert(fc.property(sets, fc.nat(6), (previous, limit) => {
    const there = previous.filter((set) => set.replicaSet.metadata.deletionTimestamp === undefined);
    const newerThan = (set: CountedSet): number => there.filter((other) => revision(other) > revision(set)).length;
    const surplus = there.filter((set) => isIdle(set) && newerThan(set) >= limit).sort((one, other) => revision(one) - revision(other));
    expect(planCleanup(previous, limit).map((set) => set.metadata.name)).toEqual(surplus.map((set) => set.replicaSet.metadata.name));
  }), { numRuns: 500 });
});

test('where all are idle exactly the limit stays, and a second look deletes nothing', () => {
  fc.assert(fc.property(sets, fc.nat(6), (previous, limit) => {
    const idle = previous.filter((set) => isIdle(set) && set.replicaSet.metadata.deletionTimestamp === undefined);
    const gone = planCleanup(idle, limit);
    const left = idle.filter((set) => !gone.includes(set.replicaSet));
    expect(left).toHaveLength(Math.min(limit, idle.length));
    expect(planCleanup(left, limit)).toEqual([]);
  }));
});
