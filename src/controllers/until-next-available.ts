import { podReadySinceMs } from '../kinds/pod/pod-state.ts';
import type { Pod } from '../model/object.ts';

/** Milliseconds until the next ready Pod becomes available by waiting; undefined when none will. */
export function untilNextAvailableMs(pods: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waits = pods.map((pod) => (podReadySinceMs(pod) ?? -Infinity) + minReadySeconds * 1000 - nowMs).filter((ms) => ms > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
