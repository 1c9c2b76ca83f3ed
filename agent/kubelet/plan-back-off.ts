import type { ObservedContainer } from '../runtime/runtime.ts';

/** Wait before the second restart; it doubles with every further one. */
export const firstBackOffMs = 10_000;
/** The longest wait. */
export const longestBackOffMs = 300_000;
/** A run of this length is a clean one: the next restart is immediate again. */
export const cleanRunMs = 600_000;

/** When an ended container may be started again, and what its successor must wait after its own end. */
export interface NextStart {
  readonly notBeforeMs: number;
  /** Goes onto the next container as its `backOffMs`. */
  readonly nextBackOffMs: number;
  /** The wait that is in force now; 0 when there is none. */
  readonly backOffMs: number;
}

/**
 * Follows from the ended container alone, because it carries its own wait: the first restart is immediate, then 10 s, 20 s, … 300 s.
 * So the waits outlast the agent.
 */
export function planBackOff(ended: Pick<ObservedContainer, 'backOffMs' | 'startedAtMs' | 'finishedAtMs' | 'createdAtMs'>): NextStart {
  const endedAtMs = ended.finishedAtMs ?? ended.createdAtMs;
  const ranMs = endedAtMs - (ended.startedAtMs ?? endedAtMs);
  const backOffMs = ranMs >= cleanRunMs ? 0 : ended.backOffMs;
  const nextBackOffMs = backOffMs === 0 ? firstBackOffMs : Math.min(longestBackOffMs, backOffMs * 2);
  return { notBeforeMs: endedAtMs + backOffMs, nextBackOffMs, backOffMs };
}
