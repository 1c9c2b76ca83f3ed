import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planStatus } from '../../../../src/controllers/replica-set/plan-status.ts';
import { podFacts } from '../support/arbitraries.ts';
import { aReplicaSet, labels, nowMs, podWith } from '../support/objects.ts';

test('counts tell the Pods one by one: available ≤ ready ≤ replicas, and those made just now are counted but not ready', () => {
  fc.assert(fc.property(fc.array(fc.tuple(podFacts, fc.boolean()), { maxLength: 8 }), fc.nat(4), fc.nat(15), (given, created, minReadySeconds) => {
    const set = aReplicaSet('web', { minReadySeconds }, {}, { generation: 3 });
    const pods = given.map(([facts, isLabelled], index) => podWith(`pod-${index}`, facts, { labels: isLabelled ? labels : {} }));
    const status = planStatus(set, pods, created, [], nowMs);
    expect(status).toEqual({
      replicas: given.length + created, fullyLabeledReplicas: given.filter(([, isLabelled]) => isLabelled).length + created, readyReplicas: given.filter(([{ readyFor }]) => readyFor !== undefined).length,
      availableReplicas: given.filter(([{ readyFor }]) => readyFor !== undefined && readyFor >= minReadySeconds).length, observedGeneration: 3, conditions: [],
    });
    expect(status.availableReplicas).toBeLessThanOrEqual(status.readyReplicas);
    expect(status.readyReplicas + created).toBeLessThanOrEqual(status.replicas);
  }));
});
