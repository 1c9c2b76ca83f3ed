import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideEviction } from '../../../src/kinds/pod-disruption-budget/decide-eviction.ts';
import { podFacts } from '../controllers/support/arbitraries.ts';
import { nowMs, podWith } from '../controllers/support/objects.ts';
import { aBudget } from '../controllers/disruption/budgets.ts';

const ready = podWith('web-0', { phase: 'Running', isGoing: false, readyFor: 1 });
const unready = podWith('web-0', { phase: 'Running', isGoing: false });
const status = { observedGeneration: 1, expectedPods: 3, desiredHealthy: 2 };

test('whatever the Pod and the budget: a Pod that runs, is ready and protected goes only for one of what is allowed', () => {
  fc.assert(fc.property(podFacts, fc.nat(3), fc.nat(3), fc.constantFrom('IfHealthyBudget' as const, 'AlwaysAllow' as const), (facts, disruptionsAllowed, currentHealthy, unhealthyPodEvictionPolicy) => {
    const budget = aBudget({ minAvailable: 2, unhealthyPodEvictionPolicy }, { ...status, disruptionsAllowed, currentHealthy });
    const decision = decideEviction(podWith('web-0', facts), [budget], nowMs);
    const free = facts.readyFor === undefined && (unhealthyPodEvictionPolicy === 'AlwaysAllow' || currentHealthy >= 2);
    if (facts.phase !== 'Running' || facts.isGoing) expect(decision).toEqual({ type: 'harmless' });
    else if (free) expect(decision).toEqual({ type: 'allowed', budget: undefined });
    else if (disruptionsAllowed === 0) expect(decision).toMatchObject({ type: 'wait', reason: `PodDisruptionBudget "default/web" needs 2 healthy Pods and has ${currentHealthy} currently` });
    else expect(decision).toMatchObject({ type: 'allowed', budget: { metadata: budget.metadata, status: { disruptionsAllowed: disruptionsAllowed - 1, disruptedPods: { 'web-0': new Date(nowMs).toISOString() } } } });
  }));
});

test('budgets of other Pods do not matter; two of the same Pod are refused by name', () => {
  const other = aBudget({ minAvailable: 1, selector: { matchLabels: { app: 'db' } } }, status, { name: 'db' });
  const nobody = aBudget({ minAvailable: 1, selector: undefined }, status, { name: 'nobody' });
  expect(decideEviction(ready, [other, nobody], nowMs)).toEqual({ type: 'allowed', budget: undefined });
  const everybody = aBudget({ minAvailable: 1, selector: {} }, status, { name: 'everybody' });
  expect(decideEviction(ready, [aBudget({ minAvailable: 1 }, status), everybody], nowMs)).toMatchObject({ type: 'refused', reason: expect.stringContaining('"web" and "everybody"') });
});

test('nothing is decided by an old state of a budget, nor while its controller is away', () => {
  const changed = aBudget({ minAvailable: 1 }, { ...status, disruptionsAllowed: 5 }, { generation: 2 });
  expect(decideEviction(ready, [changed], nowMs)).toMatchObject({ type: 'wait', reason: expect.stringContaining('still being processed') });
  const disruptedPods = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`pod-${index}`, new Date(nowMs).toISOString()]));
  expect(decideEviction(ready, [aBudget({ minAvailable: 1 }, { ...status, disruptionsAllowed: 5, disruptedPods })], nowMs)).toMatchObject({ type: 'wait', reason: expect.stringContaining('2000 evictions') });
  expect(decideEviction(unready, [aBudget({ minAvailable: 0 }, { ...status, desiredHealthy: 0, currentHealthy: 5, disruptionsAllowed: 0 })], nowMs)).toMatchObject({ type: 'wait' });
});
