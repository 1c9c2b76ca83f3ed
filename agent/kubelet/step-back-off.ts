import { backoffMs } from '../../src/lib/backoff.ts';
import type { BackoffRule } from '../../src/lib/backoff.ts';

const image: BackoffRule = { baseMs: 10_000, maxMs: 300_000 };
const config: BackoffRule = { baseMs: 5_000, maxMs: 20_000 };
const mount: BackoffRule = { baseMs: 500, maxMs: 122_000 };
const other: BackoffRule = { baseMs: 1_000, maxMs: 60_000 };

const rules: Readonly<Record<string, BackoffRule>> = {
  ErrImagePull: image,
  ErrImageNeverPull: image,
  InvalidImageName: image,
  RunContainerError: image,
  CreateContainerConfigError: config,
  FailedMount: mount,
};

/** How long to wait after the given number of failures in a row for this reason. */
export function stepBackOffMs(reason: string, failures: number): number {
  return backoffMs(failures, rules[reason] ?? other);
}
