import { conditionOf, isConditionTrue } from '../../model/conditions.ts';
import type { Pod } from '../../model/object.ts';

/** Whether a Pod has ended for good: it holds no resources of its node and never runs again. */
export function isPodTerminal(pod: Pick<Pod, 'status'>): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/** Whether deletion was asked for. */
export function isPodTerminating(pod: Pick<Pod, 'metadata'>): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Whether a Pod counts for its controller: neither ended nor on its way out. */
export function isPodActive(pod: Pick<Pod, 'metadata' | 'status'>): boolean {
  return !isPodTerminal(pod) && !isPodTerminating(pod);
}

/** Whether a Pod's condition Ready is True. A terminating Pod may still be ready: callers that mean "takes traffic" ask for both. */
export function isPodReady(pod: Pick<Pod, 'status'>): boolean {
  return isConditionTrue(pod.status.conditions, 'Ready');
}

/** When a Pod became ready, in milliseconds since 1970; undefined where it is not ready, or nobody knows since when. */
export function podReadySinceMs(pod: Pick<Pod, 'status'>): number | undefined {
  const ready = conditionOf(pod.status.conditions, 'Ready');
  return ready?.status === 'True' && ready.lastTransitionTime !== undefined ? Date.parse(ready.lastTransitionTime) : undefined;
}

/** Whether a Pod has been ready for at least `minReadySeconds`. */
export function isPodAvailable(pod: Pick<Pod, 'status'>, minReadySeconds: number, nowMs: number): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const sinceMs = podReadySinceMs(pod);
  return sinceMs !== undefined && sinceMs + minReadySeconds * 1000 <= nowMs;
}
