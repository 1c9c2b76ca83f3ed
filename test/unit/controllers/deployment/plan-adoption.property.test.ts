import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planAdoption } from '../../../../src/controllers/deployment/plan-adoption.ts';
import type { ReplicaSet } from '../../../../src/model/object.ts';
import { aDeployment, aReplicaSet, labels, ownedBy, withOwners } from '../support/objects.ts';

const deployment = aDeployment();
const { uid } = deployment.metadata;
const sets = fc.array(fc.record({ isMatching: fc.boolean(), isControlled: fc.boolean(), isGoing: fc.boolean(), hasOther: fc.boolean() }), { maxLength: 8 })
  .map((given) => given.map(({ isMatching, isControlled, isGoing, hasOther }, index) => aReplicaSet(`set-${index}`, {}, {}, {
    labels: isMatching ? labels : { app: 'other' }, deletionTimestamp: isGoing ? '2030-01-01T00:00:00.000Z' : undefined,
    ownerReferences: [...(hasOther ? [ownedBy('other')] : []), ...(isControlled ? [ownedBy(uid, true)] : [])],
  })));
const isMine = (set: ReplicaSet): boolean => set.metadata.ownerReferences.some((owner) => owner.uid === uid);
const split = (all: readonly ReplicaSet[]) => [all.filter(isMine), all.filter((set) => !isMine(set))] as const;

test('after it the Deployment is the one controller of all that match and of nothing else, other owners stay, and a second look changes nothing', () => {
  fc.assert(fc.property(sets, (all) => {
    const after = withOwners(all, planAdoption(deployment, ...split(all)));
    for (const [index, set] of after.entries()) {
      const before = all[index];
      const isWanted = set.metadata.labels['app'] === 'web' && (set.metadata.deletionTimestamp === undefined || (before !== undefined && isMine(before)));
      expect(set.metadata.ownerReferences.filter((owner) => owner.controller).map((owner) => owner.uid)).toEqual(isWanted ? [uid] : []);
      expect(set.metadata.ownerReferences.filter((owner) => owner.uid !== uid)).toEqual(before?.metadata.ownerReferences.filter((owner) => owner.uid !== uid));
    }
    expect(planAdoption(deployment, ...split(after))).toEqual([]);
  }));
});

test('a Deployment that is being deleted takes nothing and lets go of nothing', () => {
  const leaving = aDeployment({}, {}, { deletionTimestamp: '2030-01-01T00:00:00.000Z' });
  fc.assert(fc.property(sets, (all) => { expect(planAdoption(leaving, ...split(all))).toEqual([]); }));
});
