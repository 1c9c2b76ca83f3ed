import { isPodTerminal, isPodTerminating } from '../../kinds/pod/pod-state.ts';
import { withCondition } from '../../model/conditions.ts';
import type { Pod } from '../../model/object.ts';
import type { Plan } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { sameObject } from '../object-key.ts';

/** Pods that nobody else will remove, from one snapshot. */
export interface ObservedPodGarbage {
  /** Bound to nodes that do not exist. */
  readonly orphans: readonly Pod[];
  /** Ended Pods, orphans left out. */
  readonly ended: readonly Pod[];
  /** Being deleted without ever having had a node. */
  readonly unscheduled: readonly Pod[];
  /** How many ended Pods are kept. */
  readonly endedKept: number;
}

/** The most Pods removed by one plan; the rest follows at once. */
export const removedAtOnce = 500;

/**
 * Removes orphans (after marking those that had not ended as Failed), the oldest ended Pods beyond what is kept, and Pods that are being deleted without a node.
 * Without grace: no agent is there to confirm.
 */
export function planPodGarbage({ orphans, ended, unscheduled, endedKept }: ObservedPodGarbage, nowMs: number): Plan {
  const oldest = ended.toSorted((one, other) => compareText(one.metadata.creationTimestamp, other.metadata.creationTimestamp) || compareText(one.metadata.name, other.metadata.name));
  const garbage = [
    ...orphans.map((pod) => [...(isPodTerminal(pod) ? [] : [fail(pod, nowMs)]), remove(pod)]),
    ...oldest.slice(0, Math.max(0, ended.length - endedKept)).map((pod) => [remove(pod)]),
    ...unscheduled.map((pod) => [remove(pod)]),
  ];
  return { changes: garbage.slice(0, removedAtOnce).flat(), requeueAfterMs: garbage.length > removedAtOnce ? 1 : undefined };
}

/** Which of the three a Pod is, if any. `hasNode` tells whether the node it is bound to exists. */
export function garbageType(pod: Pod, hasNode: boolean): 'orphan' | 'ended' | 'unscheduled' | undefined {
  if (pod.spec.nodeName !== undefined && !hasNode) return 'orphan';
  if (isPodTerminal(pod)) return 'ended';
  return pod.spec.nodeName === undefined && isPodTerminating(pod) ? 'unscheduled' : undefined;
}

function remove(pod: Pod): RequestedChange {
  return { verb: 'delete', kind: 'Pod', target: sameObject(pod), options: { gracePeriodSeconds: 0 } };
}

function fail(pod: Pod, nowMs: number): RequestedChange {
  const disruption = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' } as const;
  return {
    verb: 'transformStatus', kind: 'Pod', target: sameObject(pod),
    transform: (stored) => ({ ...stored.status, phase: 'Failed', conditions: withCondition(stored.status.conditions, disruption, nowMs) }),
  };
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
