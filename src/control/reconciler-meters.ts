import type { Meters } from '../lib/meters.ts';
import type { WorkQueueHooks } from '../lib/work-queue.ts';

/** Measures the queue of one controller. */
export function reconcilerMeters(meters: Meters, controller: string): WorkQueueHooks {
  const depth = meters.gauge('gantry_controller_queue_keys', 'Keys that wait to be looked at.', ['controller']);
  const waited = meters.histogram('gantry_controller_queue_wait_seconds', 'How long keys waited to be looked at.', ['controller']);
  const took = meters.histogram('gantry_controller_reconcile_seconds', 'Time of one look at one key, its commit included.', ['controller']);
  const errors = meters.counter('gantry_controller_reconcile_errors_total', 'Looks that failed and are repeated after a back-off.', ['controller']);
  errors.inc({ controller }, 0);
  return {
    depth: (keys) => depth.set({ controller }, keys),
    started: (waitedMs) => waited.observe({ controller }, waitedMs / 1000),
    finished: (tookMs, ok) => {
      took.observe({ controller }, tookMs / 1000);
      if (!ok) errors.inc({ controller });
    },
  };
}
