import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf, countSet } from '../../../../src/controllers/deployment/counted-set.ts';
import { planStatus } from '../../../../src/controllers/deployment/plan-status.ts';
import { podFacts } from '../support/arbitraries.ts';
import { aDeployment, aReplicaSet, nowMs, podWith } from '../support/objects.ts';
import type { PodFacts } from '../support/objects.ts';

const pods = fc.array(podFacts, { maxLength: 6 });
const minReadySeconds = 10;
const isActive = ({ phase, isGoing }: PodFacts): boolean => !isGoing && (phase === 'Pending' || phase === 'Running');

test('counts are sums over the Pods, available ≤ ready ≤ replicas, and Available says whether the floor holds', () => {
  fc.assert(fc.property(fc.option(pods, { nil: undefined }), fc.array(pods, { maxLength: 3 }), fc.nat(12), (next, previous, replicas) => {
    const deployment = aDeployment({ replicas, minReadySeconds }, {}, { generation: 7 });
    const count = (name: string, facts: readonly PodFacts[]) => countSet(aReplicaSet(name, { replicas: 2 }), facts.map((one, index) => podWith(`${name}-${index}`, one)), minReadySeconds, nowMs);
    const bounds = boundsOf(deployment);
    const status = planStatus(deployment, next && count('next', next), previous.map((facts, index) => count(`old-${index}`, facts)), bounds, nowMs);
    const active = [...(next ?? []), ...previous.flat()].filter(isActive);
    const available = active.filter(({ readyFor }) => readyFor !== undefined && readyFor >= minReadySeconds).length;
    expect(status).toMatchObject({
      replicas: active.length, updatedReplicas: (next ?? []).filter(isActive).length, readyReplicas: active.filter(({ readyFor }) => readyFor !== undefined).length, availableReplicas: available,
      unavailableReplicas: Math.max(0, 2 * (previous.length + (next ? 1 : 0)) - available), observedGeneration: 7,
    });
    expect(status.availableReplicas).toBeLessThanOrEqual(status.readyReplicas);
    expect(status.readyReplicas).toBeLessThanOrEqual(status.replicas);
    expect(status.conditions.filter(({ type }) => type === 'Available').map((condition) => condition.status)).toEqual([available >= bounds.floor ? 'True' : 'False']);
  }));
});
