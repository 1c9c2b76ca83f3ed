import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedAtOnce, foregroundFinalizer, isBlocked, orphanFinalizer, planCollection } from '../../../../src/controllers/garbage-collector/plan-collection.ts';
import type { OwnerState } from '../../../../src/controllers/garbage-collector/plan-collection.ts';
import type { ObjectMeta, StoredObject } from '../../../../src/model/object.ts';
import { aReplicaSet, ownedBy } from '../support/objects.ts';

const deletionTimestamp = '2030-01-01T00:00:00.000Z';
const states = fc.array(fc.constantFrom<OwnerState>('live', 'absent', 'waiting'), { maxLength: 5 });
const finalizers = fc.subarray([orphanFinalizer, foregroundFinalizer, 'example.com/hold']);
const dependentsOf = (uid: string, count: number): readonly StoredObject[] => Array.from({ length: count }, (_, index) => anObject(`dependent-${index}`, { ownerReferences: [ownedBy('other'), ownedBy(uid)] }));

function anObject(name: string, metadata: Partial<ObjectMeta>): StoredObject {
  return aReplicaSet(name, {}, {}, metadata);
}

test('an object is deleted exactly where it has owners and none is live; with a live one it keeps exactly the references to live ones', () => {
  fc.assert(fc.property(states, finalizers, fc.nat(2), (owners, held, count) => {
    const object = anObject('it', { finalizers: held, ownerReferences: owners.map((_, index) => ownedBy(`owner-${index}`)) });
    const { changes } = planCollection({ object, owners, dependents: dependentsOf('uid-it', count), isBlocked: false });
    const live = owners.flatMap((state, index) => (state === 'live' ? [`owner-${index}`] : []));
    if (owners.length > 0 && live.length === 0) {
      const own = held.includes(orphanFinalizer) ? 'ORPHAN' : held.includes(foregroundFinalizer) ? 'FOREGROUND' : 'BACKGROUND';
      expect(changes).toMatchObject([{ verb: 'delete', target: { uid: 'uid-it' }, options: { propagationPolicy: owners.includes('waiting') && count > 0 ? 'FOREGROUND' : own } }]);
    } else if (live.length === owners.length) expect(changes).toEqual([]);
    else expect(changes).toMatchObject([{ verb: 'patch', patch: { metadata: { ownerReferences: live.map((uid) => ({ uid })) } } }]);
  }));
});

test('an object that is being deleted is never deleted again; it is let go only when unblocked, or with the last dependent freed', () => {
  const counts = fc.oneof(fc.nat(3), fc.integer({ min: changedAtOnce - 1, max: changedAtOnce + 1 }));
  fc.assert(fc.property(finalizers, counts, fc.boolean(), states, (held, count, blocked, owners) => {
    const object = anObject('it', { finalizers: held, deletionTimestamp, ownerReferences: owners.map((_, index) => ownedBy(`owner-${index}`)) });
    const { changes } = planCollection({ object, owners, dependents: dependentsOf('uid-it', count), isBlocked: blocked });
    const patches = changes.flatMap((change) => (change.verb === 'patch' ? [{ uid: change.target.uid, ...change.patch.metadata }] : []));
    expect(patches).toHaveLength(changes.length);
    const freed = patches.filter(({ uid }) => uid !== 'uid-it');
    expect(freed).toHaveLength(held.includes(orphanFinalizer) ? Math.min(count, changedAtOnce) : 0);
    for (const { ownerReferences } of freed) expect(ownerReferences?.map((owner) => owner.uid)).toEqual(['other']);
    const lost = held.includes(orphanFinalizer) ? (count <= changedAtOnce ? orphanFinalizer : undefined) : held.includes(foregroundFinalizer) && !blocked ? foregroundFinalizer : undefined;
    expect(patches.filter(({ uid }) => uid === 'uid-it').map((patch) => patch.finalizers)).toEqual(lost ? [held.filter((name) => name !== lost)] : []);
  }));
});

test('whatever names whatever: of objects that all wait, one is always free to go; an unblocked one has no blocker outside its circle', () => {
  const graphs = fc.integer({ min: 1, max: 7 }).chain((size) => fc.array(fc.record({ owners: fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), isWaiting: fc.boolean() }), { minLength: size, maxLength: size }));
  fc.assert(fc.property(graphs, (graph) => {
    const make = (waits: (index: number) => boolean): readonly StoredObject[] => graph.map(({ owners }, index) => anObject(`n${index}`, {
      ownerReferences: owners.map((owner) => ({ ...ownedBy(`uid-n${owner}`), blockOwnerDeletion: true })), ...(waits(index) ? { deletionTimestamp, finalizers: [foregroundFinalizer] } : {}),
    }));
    const dependents = (all: readonly StoredObject[]) => (owner: StoredObject): readonly StoredObject[] => all.filter((one) => one.metadata.ownerReferences.some(({ uid }) => uid === owner.metadata.uid));
    const waiting = make(() => true);
    expect(waiting.some((object) => !isBlocked(object, dependents(waiting)))).toBe(true);
    const mixed = make((index) => graph[index]?.isWaiting === true);
    const live = mixed.filter((object) => object.metadata.deletionTimestamp === undefined);
    for (const object of mixed) {
      const hasLiveBlocker = live.some((one) => one !== object && one.metadata.ownerReferences.some(({ uid }) => uid === object.metadata.uid));
      if (hasLiveBlocker) expect(isBlocked(object, dependents(mixed))).toBe(true);
    }
  }));
});
