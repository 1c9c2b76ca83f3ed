/** A token bucket for each credential. */
export interface RateLimit {
  /** Takes one operation. 0 when it may run, else in how many milliseconds it may. */
  take(who: string, nowMs: number): number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

const mostIdle = 10_000;

/** Buckets that hold `atOnce` operations and are filled with `perSecond` of them a second; 0 lets everything through. */
export function createRateLimit({ perSecond, atOnce }: { readonly perSecond: number; readonly atOnce: number }): RateLimit {
  const buckets = new Map<string, Bucket>();
  const filled = ({ tokens, atMs }: Bucket, nowMs: number) => Math.min(atOnce, tokens + Math.max(0, nowMs - atMs) * perSecond / 1000);
  /** A full bucket is the same as none. */
  const forgetFull = (nowMs: number) => { for (const [who, bucket] of buckets) if (filled(bucket, nowMs) >= atOnce) buckets.delete(who); };
  return {
    take(who, nowMs) {
      if (perSecond <= 0) return 0;
      let bucket = buckets.get(who);
      if (!bucket) {
        if (buckets.size >= mostIdle) forgetFull(nowMs);
        buckets.set(who, (bucket = { tokens: atOnce, atMs: nowMs }));
      }
      bucket.tokens = filled(bucket, nowMs);
      bucket.atMs = nowMs;
      if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) * 1000 / perSecond);
      bucket.tokens -= 1;
      return 0;
    },
  };
}
