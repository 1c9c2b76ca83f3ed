import type { Clock } from '../lib/clock.ts';
import type { Meters } from '../lib/meters.ts';
import type { Refusals } from './schedule.ts';
import type { SchedulingQueue } from './scheduling-queue.ts';

/** What a scheduler tells about itself. */
export interface SchedulerMeters {
  /** A Pod's turn has come after it was ready for so long. */
  taken(waitedMs: number): void;
  /** A decision begins; call what is returned with how it ended. */
  decisionStarted(): (outcome: 'placed' | 'refused') => void;
  /** No node takes a Pod. */
  refused(refusals: Refusals): void;
  /** A binding is committed, or not. `createdAt` is the Pod's creation. */
  bound(outcome: 'ok' | 'error', createdAt: string, nowMs: number): void;
  end(): void;
}

/** Measures a scheduler whose Pods wait in `queue`. */
export function createSchedulerMeters(meters: Meters, queue: Pick<SchedulingQueue, 'counts' | 'longestMs'>, clock: Pick<Clock, 'now'>): SchedulerMeters {
  const decisions = meters.histogram('gantry_scheduler_decision_seconds', 'Time to choose a node for a Pod, or to find that there is none.', ['outcome'], decisionBuckets);
  const pods = meters.histogram('gantry_scheduler_pod_seconds', 'From the creation of a Pod to its binding being stored.');
  const bindings = meters.counter('gantry_scheduler_bindings_total', 'Bindings sent to the store.', ['outcome']);
  const refusals = meters.counter('gantry_scheduler_refusals_total', 'Decisions in which a filter refused at least one node and no node was left.', ['filter']);
  const waiting = meters.gauge('gantry_scheduler_pods', 'Pods without a node: ready to be tried, waiting out a back-off, refused (unschedulable), or being bound (taken).', ['place']);
  const show = (counts: ReturnType<SchedulingQueue['counts']>) => { for (const [place, count] of Object.entries(counts)) waiting.set({ place }, count); };
  const waits = meters.histogram('gantry_scheduler_queue_wait_seconds', 'How long Pods were ready before they were tried.');
  const longest = meters.gauge('gantry_scheduler_longest_wait_seconds', 'For how long the Pod that came first of those without a node has waited; 0 where there is none.');
  const endReading = meters.onRead(() => {
    show(queue.counts());
    longest.set(queue.longestMs(clock.now()) / 1000);
  });
  return {
    taken: (waitedMs) => waits.observe(waitedMs / 1000),
    decisionStarted: () => {
      const startedMs = performance.now();
      return (outcome) => decisions.observe({ outcome }, (performance.now() - startedMs) / 1000);
    },
    refused: ({ byFilter, nodeCount }) => {
      if (nodeCount === 0) refusals.inc({ filter: 'no-nodes' });
      for (const filter of byFilter.keys()) refusals.inc({ filter });
    },
    bound: (outcome, createdAt, nowMs) => {
      bindings.inc({ outcome });
      if (outcome === 'ok') pods.observe(Math.max(0, nowMs - Date.parse(createdAt)) / 1000);
    },
    end: () => {
      endReading();
      waiting.reset();
      longest.reset();
    },
  };
}

const decisionBuckets: readonly number[] = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05];
