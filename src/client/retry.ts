import { backoffMs } from '../lib/backoff.ts';
import type { BackoffRule } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { wait } from '../lib/wait.ts';
import { ApiError } from '../model/errors.ts';

/** 200 ms, 400 ms, … up to 7 s, as agents retry. */
export const requestBackoff: BackoffRule = { baseMs: 200, maxMs: 7000 };

/** Whether the same request may succeed if nothing but time passes. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'UNAVAILABLE';
}

/** Runs up to `attempts` times while it fails with UNAVAILABLE; waits in between, with jitter. Rejects with the last error. */
export async function retry<T>(attempts: number, clock: Clock, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await run();
    } catch (error) {
      if (failures >= attempts || !isUnavailable(error)) throw error;
      await wait(backoffMs(failures, requestBackoff) * (0.75 + Math.random() / 2), clock, signal);
    }
  }
}
