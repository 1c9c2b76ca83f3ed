import { conditionOf, isConditionTrue } from '../model/conditions.ts';
import type { Pod } from '../model/object.ts';

/** Whether a Pod counts for its controller: not ended, and not on its way out. */
export function isPodActive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed';
}

/** Whether a Pod's Ready condition holds. */
export function isReady(pod: Pod): boolean {
  return isConditionTrue(pod.status.conditions, 'Ready');
}

/** Since when a Pod is ready, in ms since 1970; undefined for a Pod that is not. */
export function readySinceMs(pod: Pod): number | undefined {
  const ready = conditionOf(pod.status.conditions, 'Ready');
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime ?? pod.metadata.creationTimestamp) : undefined;
}

/** From when on a Pod counts as available if it stays ready; undefined for a Pod that is not ready. */
export function availableFromMs(pod: Pod, minReadySeconds: number): number | undefined {
  const since = readySinceMs(pod);
  return since === undefined || minReadySeconds === 0 ? since : since + minReadySeconds * 1000;
}

/** Whether a Pod has been ready for `minReadySeconds`. Without such a time a ready Pod is available, whatever the clocks say. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const from = availableFromMs(pod, minReadySeconds);
  return from !== undefined && (minReadySeconds === 0 || from <= nowMs);
}

/** Milliseconds until the next ready Pod becomes available by waiting; undefined when none will. */
export function untilNextAvailableMs(pods: readonly Pod[], minReadySeconds: number, nowMs: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  const waits = pods.map((pod) => (availableFromMs(pod, minReadySeconds) ?? 0) - nowMs).filter((ms) => ms > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
