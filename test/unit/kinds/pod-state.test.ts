import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPodActive, isPodAvailable, isPodReady, isPodTerminal, isPodTerminating, podReadySinceMs } from '../../../src/kinds/pod/pod-state.ts';
import { formatTime } from '../../../src/lib/clock.ts';
import type { ConditionStatus, Pod, PodPhase } from '../../../src/model/object.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';

const fresh = storedObject('Pod', minimalInput('Pod'));
const withPhase = (phase: PodPhase): Pod => ({ ...fresh, status: { ...fresh.status, phase } });
const withReady = (status: ConditionStatus, sinceMs: number): Pod => ({ ...fresh, status: { ...fresh.status, conditions: [{ type: 'Ready', status, lastTransitionTime: formatTime(sinceMs) }] } });

it('knows which Pods have ended and which are on their way out', () => {
  const phases = ['Pending', 'Running', 'Unknown', 'Succeeded', 'Failed'] as const;
  expect(phases.filter((phase) => isPodTerminal(withPhase(phase)))).toEqual(['Succeeded', 'Failed']);
  expect(phases.filter((phase) => isPodActive(withPhase(phase)))).toEqual(['Pending', 'Running', 'Unknown']);
  const terminating = { ...fresh, metadata: { ...fresh.metadata, deletionTimestamp: formatTime(0) } };
  expect([isPodTerminating(terminating), isPodActive(terminating), isPodTerminating(fresh)]).toEqual([true, false, false]);
});

describe('readiness', () => {
  it('is the condition Ready', () => {
    expect([fresh, withReady('True', 0), withReady('False', 0), withReady('Unknown', 0)].map(isPodReady)).toEqual([false, true, false, false]);
    expect([withReady('True', 5000), withReady('False', 5000), fresh].map(podReadySinceMs)).toEqual([5000, undefined, undefined]);
  });

  it('becomes availability after minReadySeconds, to the millisecond', () => {
    fc.assert(fc.property(fc.nat(1_000_000), fc.nat(600), fc.integer({ min: -5, max: 5 }), (sinceMs, minReadySeconds, offsetMs) => {
      const nowMs = sinceMs + minReadySeconds * 1000 + offsetMs;
      expect(isPodAvailable(withReady('True', sinceMs), minReadySeconds, nowMs)).toBe(minReadySeconds === 0 || offsetMs >= 0);
      expect(isPodAvailable(withReady('False', sinceMs), minReadySeconds, nowMs)).toBe(false);
    }));
  });
});
