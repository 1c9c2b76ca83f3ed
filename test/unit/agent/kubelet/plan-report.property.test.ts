import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planReportDelayMs } from '../../../../agent/kubelet/plan-report-delay.ts';
import { isSame } from '../../../../agent/kubelet/same-status.ts';
import type { ContainerStatus, PodPhase, PodStatus } from '../../../../src/model/object.ts';

const state = fc.oneof(
  fc.constantFrom('ContainerCreating', 'PodInitializing', 'ErrImagePull', 'CrashLoopBackOff').map((reason) => ({ waiting: { reason } })),
  fc.constant({ running: { startedAt: '2030-01-01T00:00:00Z' } }), fc.constant({ terminated: { exitCode: 1 } }),
);
const container: fc.Arbitrary<ContainerStatus> = fc.record({ name: fc.constantFrom('a', 'b'), state, restartCount: fc.nat(1) }).map((one) => ({ image: 'i', imageID: '', ready: false, started: false, lastState: {}, ...one }));
const status: fc.Arbitrary<PodStatus> = fc.record({
  phase: fc.constantFrom<PodPhase>('Pending', 'Running', 'Failed'), containerStatuses: fc.array(container, { maxLength: 2 }), initContainerStatuses: fc.array(container, { maxLength: 2 }),
}).map((one) => ({ conditions: [], ...one }));

it('only word of a start that goes on waits: never a new phase, a container that runs or ran, or an error', () => {
  fc.assert(fc.property(status, status, (told, next) => {
    const all = [...next.containerStatuses, ...next.initContainerStatuses];
    const isNews = told.phase !== 'Pending' || next.phase !== 'Pending' || all.some((one) => !one.state.waiting || one.restartCount > 0 || /^Err|BackOff$/.test(one.state.waiting.reason ?? ''));
    expect(planReportDelayMs(told, next) === 0).toBe(isNews);
  }));
});

it('what is the same has the same fields in any order, undefined ones left out, and nothing else is', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries([['none', undefined], ...Object.entries(value).reverse().map(([key, inner]) => [key, shuffled(inner)] as const)]);
  };
  const json = fc.jsonValue({ maxDepth: 3, noUnicodeString: true }).filter((value) => !JSON.stringify(value).includes("valueOf"));
  fc.assert(fc.property(json, (value) => { expect(isSame(value, shuffled(value))).toBe(true); }));
  fc.assert(fc.property(json, json, (one, other) => { expect(isSame(one, other)).toBe(JSON.stringify(one) === JSON.stringify(other) || isDeepStrictEqual(one, other)); }));
});
