/** How long to wait before another attempt: `base`, twice that, … up to `max`. */
export interface BackoffRule {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** The wait after the given number of failures in a row (1 or more), in milliseconds. Pure: add jitter where many wait for the same thing. */
export function backoffMs(failures: number, rule: BackoffRule): number {
  return Math.min(rule.maxMs, rule.baseMs * 2 ** Math.min(failures - 1, 30));
}
