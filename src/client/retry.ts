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

/** A refusal because others of the same credential came before: nothing has run, and the server said when to come again. */
export class TooSoonError extends ApiError {
  constructor(message: string, readonly retryAfterMs: number) {
    super('LIMIT_EXCEEDED', message);
  }
}

/** How often a request is made at most. */
export interface Attempts {
  /** While it fails with UNAVAILABLE; it may have run then. */
  readonly whileUnavailable: number;
  /** While it is refused with TooSoonError. */
  readonly whileTooSoon: number;
}

/** Told times beyond this are not waited for. */
const longestWaitMs = 30_000;

/** Runs again while that may help: after a time that grows, or after the time that the server told, both with jitter. Rejects with the last error. */
export async function retry<T>({ whileUnavailable, whileTooSoon }: Attempts, clock: Clock, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await run();
    } catch (error) {
      const isTooSoon = error instanceof TooSoonError && error.retryAfterMs <= longestWaitMs;
      if (!(isTooSoon ? failures < whileTooSoon : isUnavailable(error) && failures < whileUnavailable)) throw error;
      await wait(isTooSoon ? error.retryAfterMs * (1 + Math.random() / 4) : backoffMs(failures, requestBackoff) * (0.75 + Math.random() / 2), clock, signal);
    }
  }
}
