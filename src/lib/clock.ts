/** Time, passed in wherever it matters; the real one is made in `main/` only. */
export interface Clock {
  /** Milliseconds since 1970 in UTC. */
  now(): number;
  /** Calls back once after `ms` milliseconds; the returned function cancels it. The timer alone never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** RFC 3339 with milliseconds, as every DateTime of the API. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}
