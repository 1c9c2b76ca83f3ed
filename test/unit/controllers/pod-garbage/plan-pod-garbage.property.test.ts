import fc from 'fast-check';
import { expect, test } from 'vitest';
import { garbageType, planPodGarbage, removedAtOnce } from '../../../../src/controllers/pod-garbage/plan-pod-garbage.ts';
import { isPodTerminal } from '../../../../src/kinds/pod/pod-state.ts';
import { podFacts } from '../support/arbitraries.ts';
import { nowMs, podWith } from '../support/objects.ts';

const day = (number: number): string => new Date(nowMs - number * 86_400_000).toISOString();
const ended = fc.array(fc.nat(5), { maxLength: 12 }).map((ages) => ages.map((age, index) => podWith(`ended-${index}`, { phase: 'Succeeded', isGoing: false }, { creationTimestamp: day(age) })));
const orphans = fc.array(podFacts, { maxLength: 6 }).map((list) => list.map((facts, index) => podWith(`orphan-${index}`, facts)));

test('every orphan goes, marked Failed first unless it had ended; of ended ones exactly the kept number stays, none older than one that goes', () => {
  fc.assert(fc.property(orphans, ended, fc.nat(14), (lost, old, endedKept) => {
    const { changes, requeueAfterMs } = planPodGarbage({ orphans: lost, ended: old, unscheduled: [], endedKept }, nowMs);
    const gone = changes.flatMap((change) => (change.verb === 'delete' ? [change.target.uid] : []));
    expect(gone.filter((uid) => uid?.startsWith('uid-orphan'))).toEqual(lost.map((pod) => pod.metadata.uid));
    for (const pod of lost) expect(changes.filter((change) => 'target' in change && change.target.uid === pod.metadata.uid).map((change) => change.verb)).toEqual(isPodTerminal(pod) ? ['delete'] : ['transformStatus', 'delete']);
    const stays = old.filter((pod) => !gone.includes(pod.metadata.uid));
    expect(stays).toHaveLength(Math.min(endedKept, old.length));
    const times = (pods: typeof old): readonly string[] => pods.map((pod) => pod.metadata.creationTimestamp).sort();
    const [newestGone, oldestLeft] = [times(old.filter((pod) => !stays.includes(pod))).at(-1), times(stays)[0]];
    if (newestGone && oldestLeft) expect(newestGone <= oldestLeft).toBe(true);
    expect(requeueAfterMs).toBeUndefined();
    for (const change of changes) if (change.verb === 'delete') expect(change.options).toEqual({ gracePeriodSeconds: 0 });
  }));
});

test('however many there are: at most 500 go at once, it looks again exactly while some are left, and rounds end with all gone', () => {
  fc.assert(fc.property(fc.nat(700), fc.nat(700), (orphanCount, unscheduledCount) => {
    let [lost, unscheduled] = [orphanCount, unscheduledCount].map((count, kind) => Array.from({ length: count }, (_, index) => podWith(`pod-${kind}-${index}`, { phase: 'Running', isGoing: true })));
    for (let round = 0; round < 4; round += 1) {
      const { changes, requeueAfterMs } = planPodGarbage({ orphans: lost ?? [], ended: [], unscheduled: unscheduled ?? [], endedKept: 0 }, nowMs);
      const gone = new Set(changes.flatMap((change) => (change.verb === 'delete' ? [change.target.uid] : [])));
      expect(gone.size).toBeLessThanOrEqual(removedAtOnce);
      [lost, unscheduled] = [lost, unscheduled].map((pods) => pods?.filter((pod) => !gone.has(pod.metadata.uid)));
      expect(requeueAfterMs === undefined).toBe(lost?.length === 0 && unscheduled?.length === 0);
    }
    expect([lost, unscheduled]).toEqual([[], []]);
  }), { numRuns: 8 });
});

test('a Pod is garbage exactly where its node is missing, it has ended, or it goes without ever having had a node', () => {
  fc.assert(fc.property(podFacts, fc.boolean(), fc.boolean(), (facts, isBound, hasNode) => {
    const pod = podWith('pod', facts);
    const hasEnded = facts.phase === 'Succeeded' || facts.phase === 'Failed';
    const wanted = isBound && !hasNode ? 'orphan' : hasEnded ? 'ended' : facts.isGoing && !isBound ? 'unscheduled' : undefined;
    expect(garbageType({ ...pod, spec: { ...pod.spec, nodeName: isBound ? 'node-1' : undefined } }, hasNode)).toBe(wanted);
  }));
});
