import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planPod } from '../../../../agent/kubelet/plan-pod.ts';
import { stepKey } from '../../../../agent/kubelet/pod-facts.ts';
import type { PodFacts, StepFailure } from '../../../../agent/kubelet/pod-facts.ts';
import { befall, happenings, pods } from './pod-lives.ts';

const keys = ['POD', 'volumes', 'main0', 'main1', 'init0', 'init1', 'finish'];
/** What is under way and what has failed, apart from what happens to the Pod: some keys anyway, and some of those that would come next. */
const troubles = fc.record({
  busyOnes: fc.subarray(keys), failedOnes: fc.subarray(keys), hits: fc.array(fc.constantFrom('busy', 'failed', 'free'), { minLength: 8, maxLength: 8 }), retryInMs: fc.integer({ min: -1000, max: 300_000 }), isLeaving: fc.boolean(), volumesReady: fc.boolean(),
});

it('a Pod\'s plan has no step that is under way or whose retry has not come, none twice, and asks to be looked at again only in the future', () => {
  fc.assert(fc.property(pods, happenings, troubles, (make, events, { busyOnes, failedOnes, hits, retryInMs, isLeaving, volumesReady }) => {
    const model = make();
    model.settle();
    for (const event of events.slice(0, 8)) {
      befall(model, event);
      const { nowMs } = model;
      const failure: StepFailure = { reason: 'ErrImagePull', message: 'away', atMs: nowMs - 1000, retryAtMs: nowMs + retryInMs };
      const untroubled: PodFacts = { ...model.facts(), volumesReady, ...(isLeaving ? { ending: { why: 'deleted', sinceMs: nowMs, graceMs: 30_000 } } : {}) };
      const next = planPod(untroubled, nowMs).steps.map(stepKey);
      const hit = (how: string): string[] => next.filter((_, index) => hits[index] === how);
      const busy = [...busyOnes, ...hit('busy')], failed = [...failedOnes, ...hit('failed')];
      const facts: PodFacts = { ...untroubled, busy: new Set(busy), failures: new Map(failed.map((key) => [key, failure])) };
      const { steps, wakeAtMs } = planPod(facts, nowMs);
      const planned = steps.map(stepKey);
      expect(planned.filter((key) => busy.includes(key))).toEqual([]);
      if (retryInMs > 0) expect(planned.filter((key) => failed.includes(key))).toEqual([]);
      expect(new Set(planned).size).toBe(planned.length);
      expect(wakeAtMs ?? Infinity).toBeGreaterThan(nowMs);
      if (isLeaving) expect(steps.filter((step) => step.do.startsWith('start') || step.do === 'prepareVolumes')).toEqual([]);
      model.settle();
    }
  }), { numRuns: 40 });
});
