import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overrunMs, planStop } from '../../../../agent/kubelet/plan-stop.ts';
import type { StopProgress } from '../../../../agent/kubelet/pod-facts.ts';
import type { ObservedContainer } from '../../../../agent/runtime/runtime.ts';

const running: ObservedContainer = {
  id: 'id-1', pod: { uid: 'uid-1', namespace: 'default', name: 'web' }, name: 'main', attempt: 0, phase: 'running', createdAtMs: 0, startedAtMs: 0, sandboxId: 's', image: 'image:1',
  imageId: 'sha256:1', backOffMs: 0, oomKilled: false, stopSignal: 'SIGQUIT', graceSeconds: 30,
};

/** A container that ends by nothing at all: its hook takes `hookMs`, its grace becomes `laterGraceMs` after `shrinkAfterMs`. */
const endings = fc.record({
  hasPreStop: fc.boolean(), hookMs: fc.integer({ min: 1, max: 90_000 }), graceMs: fc.oneof(fc.constant(0), fc.nat(60_000)), shrinkAfterMs: fc.integer({ min: 1, max: 90_000 }),
  share: fc.constantFrom<number>(1, 1, 0.5, 0), lateMs: fc.nat(500),
});
type Ending = typeof endings extends fc.Arbitrary<infer T> ? T : never;
interface Told { readonly what: string; readonly atMs: number; readonly graceMs: number }

/** Performs what is planned for two minutes, each time up to `lateMs` later than asked. */
function live({ hasPreStop, hookMs, graceMs, shrinkAfterMs, share, lateMs }: Ending): readonly Told[] {
  const told: Told[] = [];
  let nowMs = 0;
  let progress: StopProgress | undefined;
  while (nowMs < 120_000) {
    const grace = nowMs >= shrinkAfterMs ? graceMs * share : graceMs;
    if (progress?.preStop === 'running' && nowMs >= hookMs) progress = { ...progress, preStop: 'done' };
    const { step, wakeAtMs } = planStop(running, progress, { graceMs: grace, hasPreStop, because: 'the end' }, nowMs);
    if (step) told.push({ what: step.do === 'signal' ? step.signal : step.do, atMs: nowMs, graceMs: grace });
    const since: StopProgress = progress ?? { sinceMs: nowMs, preStop: 'none' };
    if (step?.do === 'preStop') progress = { ...since, preStop: 'running' };
    else if (step?.do === 'signal') progress = { ...since, signalledAtMs: nowMs };
    else if (step?.do === 'kill') progress = { ...since, killedAtMs: nowMs };
    expect(wakeAtMs, 'there is always a next moment').toBeGreaterThan(nowMs);
    const next = [wakeAtMs! + lateMs, hookMs, shrinkAfterMs].filter((ms) => ms > nowMs);
    nowMs = Math.min(...next);
  }
  return told;
}

describe('the end of a container that will not end', () => {
  it('goes hook, signal, kill: the first two at most once, and nothing but a kill after a kill', () => {
    fc.assert(fc.property(endings, (ending) => {
      expect(live(ending).map(({ what }) => what).join(' ')).toMatch(/^(preStop )?(SIGQUIT )?kill( kill)*$/);
    }));
  });

  it('is no kill before the grace that holds at that moment is over, and one soon after it', () => {
    fc.assert(fc.property(endings, (ending) => {
      const kill = live(ending).find(({ what }) => what === 'kill')!;
      expect(kill.atMs).toBeGreaterThanOrEqual(kill.graceMs);
      expect(kill.atMs).toBeLessThanOrEqual(ending.graceMs + overrunMs + 2 * ending.lateMs);
    }));
  });

  it('asks before it kills as long as there is any grace, and kills at once where there is none', () => {
    fc.assert(fc.property(endings, (ending) => {
      const told = live(ending);
      const kill = told.find(({ what }) => what === 'kill')!;
      if (kill.graceMs > 0) expect(told.map(({ what }) => what)).toContain('SIGQUIT');
      if (ending.graceMs === 0) expect(told[0]).toMatchObject({ what: 'kill', atMs: 0 });
      if (ending.hasPreStop && ending.graceMs > 0) expect(told[0]).toMatchObject({ what: 'preStop', atMs: 0 });
    }));
  });

  it('waits with the signal for the hook, but not beyond the grace', () => {
    fc.assert(fc.property(endings.map((ending) => ({ ...ending, hasPreStop: true, share: 1 })), (ending) => {
      const signal = live(ending).find(({ what }) => what === 'SIGQUIT');
      if (!signal) return;
      expect(signal.atMs).toBeGreaterThanOrEqual(Math.min(ending.hookMs, ending.graceMs));
      expect(signal.atMs).toBeLessThanOrEqual(Math.min(ending.hookMs, ending.graceMs) + ending.lateMs);
    }));
  });
});
