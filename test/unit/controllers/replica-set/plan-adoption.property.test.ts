import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planAdoption } from '../../../../src/controllers/replica-set/plan-adoption.ts';
import { isPodActive } from '../../../../src/kinds/pod/pod-state.ts';
import { controllerOf } from '../../../../src/model/owner.ts';
import type { Pod } from '../../../../src/model/object.ts';
import { podFacts } from '../support/arbitraries.ts';
import { aReplicaSet, labels, ownedBy, podWith, withOwners } from '../support/objects.ts';

const set = aReplicaSet('web');
const { uid } = set.metadata;
const pods = fc.array(fc.record({ facts: podFacts, isMatching: fc.boolean(), controller: fc.constantFrom(uid, 'stranger', undefined), hasOther: fc.boolean() }), { maxLength: 10 })
  .map((given) => given.map(({ facts, isMatching, controller, hasOther }, index) => podWith(`pod-${index}`, facts, {
    labels: isMatching ? labels : { app: 'other' }, ownerReferences: [...(hasOther ? [ownedBy('other')] : []), ...(controller === undefined ? [] : [ownedBy(controller, true)])],
  })));
const isMine = (pod: Pod): boolean => controllerOf(pod)?.uid === uid;
const split = (all: readonly Pod[]) => [all.filter(isMine), all.filter((pod) => !isMine(pod))] as const;
const names = (all: readonly Pod[]): readonly string[] => all.map((pod) => pod.metadata.name).sort();

test('after it an active Pod is controlled by the ReplicaSet just where it matches, one of another controller stays that one\'s, and a second look changes nothing', () => {
  fc.assert(fc.property(pods, (all) => {
    const plan = planAdoption(set, ...split(all));
    const after = withOwners(all, plan.changes);
    for (const [index, pod] of after.entries()) {
      const before = all[index]?.metadata.ownerReferences;
      const isForeign = before?.some((owner) => owner.uid === 'stranger');
      if (isForeign || !isPodActive(pod)) expect(pod.metadata.ownerReferences).toEqual(before);
      else expect(pod.metadata.ownerReferences.filter((owner) => owner.controller).map((owner) => owner.uid)).toEqual(pod.metadata.labels['app'] === 'web' ? [uid] : []);
      expect(pod.metadata.ownerReferences.filter((owner) => owner.uid === 'other')).toEqual(before?.filter((owner) => owner.uid === 'other'));
    }
    expect(names(plan.pods)).toEqual(names(after.filter((pod) => isPodActive(pod) && isMine(pod))));
    expect(planAdoption(set, ...split(after)).changes).toEqual([]);
  }));
});

test('a ReplicaSet that is being deleted takes nothing and lets go of nothing', () => {
  const leaving = aReplicaSet('web', {}, {}, { deletionTimestamp: '2030-01-01T00:00:00.000Z' });
  fc.assert(fc.property(pods, (all) => {
    const plan = planAdoption(leaving, ...split(all));
    expect(plan.changes).toEqual([]);
    expect(plan.pods.every(isMine)).toBe(true);
  }));
});
