import type { Clock } from '../../src/lib/clock.ts';

/** A clock that stands still until told to go on. Timers that fall due are called in the order of their times. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** Starts at a fixed moment. */
export function manualClock(startMs = Date.UTC(2030, 0, 1)): ManualClock {
  let nowMs = startMs;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  return {
    now: () => nowMs,
    after: (ms, callback) => {
      const timer = { dueMs: nowMs + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...timers].filter((timer) => timer.dueMs <= untilMs).toSorted((a, b) => a.dueMs - b.dueMs)[0];
        if (!next) break;
        timers.delete(next);
        nowMs = next.dueMs;
        next.callback();
      }
      nowMs = untilMs;
    },
  };
}
