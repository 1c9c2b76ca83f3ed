import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDisruptionBudget } from '../../../../src/controllers/disruption/plan-disruption-budget.ts';
import type { Scale } from '../../../../src/controllers/disruption/scale-of.ts';
import { conditionOf } from '../../../../src/model/conditions.ts';
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../../../src/model/object.ts';
import { podFacts } from '../support/arbitraries.ts';
import { nowMs, podWith } from '../support/objects.ts';
import { aBudget } from './budgets.ts';

const percent = fc.nat(100).map((value) => `${value}%`);
const limit = fc.oneof(fc.record({ minAvailable: fc.oneof(fc.nat(12), percent) }), fc.record({ maxUnavailable: fc.oneof(fc.nat(12), percent) }));
const pods = fc.array(podFacts, { maxLength: 12 }).map((all) => all.map((facts, index) => podWith(`web-${index}`, facts)));
const scaled = (replicas: number): Scale => ({ type: 'scaled', uid: 'web', replicas });

function statusAfter(budget: PodDisruptionBudget, selected: readonly Pod[], scale: Scale, atMs = nowMs): PodDisruptionBudgetStatus {
  const { changes } = planDisruptionBudget({ budget, pods: selected, scales: selected.map(() => scale) }, atMs);
  const [change] = changes;
  return change?.verb === 'updateStatus' && change.kind === 'PodDisruptionBudget' ? change.status : budget.status;
}

test('what is allowed never takes the healthy below what is desired, and all of what is left may go', () => {
  fc.assert(fc.property(limit, pods, fc.nat(15), (spec, selected, replicas) => {
    const status = statusAfter(aBudget(spec), selected, scaled(replicas));
    expect(status.currentHealthy).toBe(selected.filter(({ metadata, status: { conditions } }) => metadata.deletionTimestamp === undefined && conditions[0]?.status === 'True').length);
    if (status.disruptionsAllowed > 0) expect(status.currentHealthy - status.disruptionsAllowed).toBe(status.desiredHealthy);
    else expect(status.expectedPods === 0 || status.currentHealthy <= status.desiredHealthy).toBe(true);
    expect(conditionOf(status.conditions, 'DisruptionAllowed')).toMatchObject(status.disruptionsAllowed > 0 ? { status: 'True', reason: 'SufficientPods' } : { status: 'False', reason: 'InsufficientPods' });
  }));
});

test.each([
  [{ minAvailable: 2 }, 4, { expectedPods: 4, desiredHealthy: 2 }],
  [{ minAvailable: '50%' }, 7, { expectedPods: 7, desiredHealthy: 4 }],
  [{ maxUnavailable: 1 }, 7, { expectedPods: 7, desiredHealthy: 6 }],
  [{ maxUnavailable: '30%' }, 7, { expectedPods: 7, desiredHealthy: 4 }],
  [{ maxUnavailable: '1%' }, 7, { expectedPods: 7, desiredHealthy: 6 }],
  [{ maxUnavailable: 9 }, 7, { expectedPods: 7, desiredHealthy: 0 }],
])('%j of %i replicas', (spec, replicas, expected) => {
  const four = Array.from({ length: 4 }, (_, index) => podWith(`web-${index}`, { phase: 'Running', isGoing: false, readyFor: 1 }));
  expect(statusAfter(aBudget(spec), four, scaled(replicas))).toMatchObject({ ...expected, currentHealthy: 4 });
});

test('a plan that was carried out leaves nothing to do', () => {
  fc.assert(fc.property(limit, pods, fc.nat(15), (spec, selected, replicas) => {
    const budget = aBudget(spec);
    const after = { ...budget, status: statusAfter(budget, selected, scaled(replicas)) };
    expect(planDisruptionBudget({ budget: after, pods: selected, scales: selected.map(() => scaled(replicas)) }, nowMs)).toMatchObject({ changes: [], events: [] });
  }));
});

test('an evicted Pod that is not seen to go counts as gone for two minutes', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(200_000), (count, agoMs) => {
    const selected = Array.from({ length: count }, (_, index) => podWith(`web-${index}`, { phase: 'Running', isGoing: false, readyFor: 1 }));
    const budget = aBudget({ minAvailable: 0 }, { disruptedPods: { 'web-0': new Date(nowMs - agoMs).toISOString(), gone: new Date(nowMs).toISOString() } });
    const status = statusAfter(budget, selected, scaled(count));
    const counts = agoMs >= 120_000;
    expect(status.currentHealthy).toBe(counts ? count : count - 1);
    expect(Object.keys(status.disruptedPods ?? {})).toEqual(counts ? [] : ['web-0']);
    const { requeueAfterMs } = planDisruptionBudget({ budget: { ...budget, status }, pods: selected, scales: selected.map(() => scaled(count)) }, nowMs);
    expect(requeueAfterMs).toBe(counts ? undefined : 120_000 - agoMs);
  }));
});

test('where nobody can tell how many there should be, nothing is allowed, and it says why; a number needs no controller', () => {
  const selected = [podWith('web-0', { phase: 'Running', isGoing: false, readyFor: 1 }), podWith('web-1', { phase: 'Running', isGoing: false, readyFor: 1 })];
  const failed = statusAfter(aBudget({ maxUnavailable: 1 }, { disruptionsAllowed: 2 }), selected, { type: 'unknown' });
  expect(failed).toMatchObject({ disruptionsAllowed: 0, conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: expect.stringContaining('"web-0"') }] });
  expect(statusAfter(aBudget({ minAvailable: '50%' }), selected, { type: 'unmanaged' })).toMatchObject({ disruptionsAllowed: 0, expectedPods: 0 });
  expect(statusAfter(aBudget({ minAvailable: 1 }), selected, { type: 'unknown' })).toMatchObject({ disruptionsAllowed: 1, expectedPods: 2 });
});
