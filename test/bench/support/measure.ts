/** Latencies in milliseconds, and how many there were in a second. */
export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sums up latencies that were seen in `overMs`. */
export function summary(latencies: readonly number[], overMs: number): Measured {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { perSecond: (latencies.length * 1000) / overMs, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Callers that each do one thing after the other until `forMs` is over. */
export async function measure(callers: number, forMs: number, once: (caller: number) => Promise<unknown>): Promise<Measured> {
  const latencies: number[] = [], began = performance.now();
  await Promise.all(Array.from({ length: callers }, async (_, caller) => {
    while (performance.now() - began < forMs) {
      const from = performance.now();
      await once(caller);
      latencies.push(performance.now() - from);
    }
  }));
  return summary(latencies, performance.now() - began);
}

/** `8,123/s`. */
export function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s`;
}

/** `1.23 ms`. */
export function millis(ms: number): string {
  return `${ms < 10 ? ms.toFixed(2) : Math.round(ms).toLocaleString('en')} ms`;
}
