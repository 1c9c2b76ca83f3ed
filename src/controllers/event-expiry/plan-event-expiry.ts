import type { Event } from '../../model/object.ts';
import type { Plan } from '../../control/reconciler.ts';
import { exactly } from '../object-key.ts';

/** Events of the cluster, and for how long one is kept after it was last seen. */
export interface ObservedEvents {
  readonly events: readonly Event[];
  readonly keptMs: number;
}

/** The most events removed by one plan; the rest follows at once. */
export const expiredAtOnce = 500;

/** Removes events that were last seen too long ago, and says when the next one is due. */
export function planEventExpiry({ events, keptMs }: ObservedEvents, nowMs: number): Plan {
  const dueMs = (event: Event): number => Date.parse(event.lastTimestamp) + keptMs;
  const due = events.filter((event) => dueMs(event) <= nowMs);
  const nextMs = events.reduce((next, event) => (dueMs(event) > nowMs ? Math.min(next, dueMs(event)) : next), Infinity);
  return {
    changes: due.slice(0, expiredAtOnce).map((event) => ({ verb: 'delete', kind: 'Event', target: exactly(event) })),
    requeueAfterMs: due.length > expiredAtOnce ? 1 : Number.isFinite(nextMs) ? Math.max(1000, nextMs - nowMs) : undefined,
  };
}
