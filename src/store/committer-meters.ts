import type { Meters } from '../lib/meters.ts';

/** What a committer tells about itself. */
export interface CommitterMeters {
  /** A change set is asked for; call what is returned with `ok` or the code of its error. */
  commitStarted(): (outcome: string) => void;
  /** Change sets that wait for the batches under way. */
  waiting(sets: number): void;
  /** A batch is sent; call what is returned when it was answered. */
  batchStarted(sets: number): () => void;
  /** The database did not answer and is asked again. */
  retried(): void;
}

/** Sizes and times of group commit. */
export function createCommitterMeters(meters: Meters): CommitterMeters {
  const commits = meters.histogram('gantry_store_commit_seconds', 'From asking for a change set to its being durable and in the snapshot, or refused.', ['outcome'], fineSeconds);
  const waiting = meters.gauge('gantry_store_waiting_change_sets', 'Change sets that wait for the batches under way.');
  const sizes = meters.histogram('gantry_store_batch_change_sets', 'Change sets in a batch of group commit.', [], [1, 2, 4, 8, 16, 32, 64, 128, 256]);
  const batches = meters.histogram('gantry_store_batch_seconds', "The database's time for a batch, retries included.", [], fineSeconds);
  const retries = meters.counter('gantry_store_batch_retries_total', 'Batches sent again because the database did not answer.');
  return {
    commitStarted: () => {
      const startedMs = performance.now();
      return (outcome) => commits.observe({ outcome }, (performance.now() - startedMs) / 1000);
    },
    waiting: (sets) => waiting.set(sets),
    batchStarted: (sets) => {
      sizes.observe(sets);
      const startedMs = performance.now();
      return () => batches.observe((performance.now() - startedMs) / 1000);
    },
    retried: () => retries.inc(),
  };
}

const fineSeconds: readonly number[] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];
