import { toleratesTaint } from '../../kinds/pod/tolerations.ts';
import { isPodTerminating } from '../../kinds/pod/pod-state.ts';
import { conditionOf, withCondition } from '../../model/conditions.ts';
import type { Node, Pod, Taint } from '../../model/object.ts';
import type { Plan } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { referenceTo, sameObject } from '../object-key.ts';

/** A node with NoExecute taints, and its Pods. */
export interface ObservedTaints {
  readonly node: Node;
  readonly pods: readonly Pod[];
}

/**
 * Deletes the Pods of a node whose time under its NoExecute taints is over: at once where a taint is not tolerated, after `tolerationSeconds` where it is
 * tolerated for a time, never where it is for good. Time counts from when the taint was added, so a taint that goes takes all its deadlines with it.
 */
export function planEviction({ node, pods }: ObservedTaints, nowMs: number): Plan {
  const taints = node.spec.taints.filter((taint) => taint.effect === 'NoExecute');
  if (taints.length === 0) return { changes: [] };
  const candidates = pods.filter((pod) => !isPodTerminating(pod)).map((pod) => ({ pod, dueMs: evictionTime(pod, taints) }));
  const due = candidates.filter(({ dueMs }) => dueMs <= nowMs).map(({ pod }) => pod);
  const nextMs = Math.min(...candidates.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > nowMs));
  return {
    changes: due.flatMap((pod) => evict(pod, nowMs)),
    events: due.map((pod) => ({ object: referenceTo(pod), type: 'Normal', reason: 'TaintManagerEviction', message: `Marking for deletion Pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name}` })),
    requeueAfterMs: Number.isFinite(nextMs) ? nextMs - nowMs : undefined,
  };
}

/** When a Pod must go; -Infinity for at once, Infinity for never. For each taint the first toleration that fits it counts, from when both the taint and the Pod were there. */
export function evictionTime(pod: Pod, taints: readonly Taint[]): number {
  return Math.min(...taints.map((taint) => {
    const toleration = pod.spec.tolerations.find((one) => toleratesTaint(one, taint));
    if (!toleration) return -Infinity;
    const { tolerationSeconds } = toleration;
    if (tolerationSeconds === undefined) return Infinity;
    return tolerationSeconds <= 0 || taint.timeAdded === undefined ? -Infinity : Math.max(Date.parse(taint.timeAdded), onNodeSinceMs(pod)) + tolerationSeconds * 1000;
  }));
}

/** A Pod may come to a node that has the taint already. */
function onNodeSinceMs({ metadata, status }: Pod): number {
  return Date.parse(conditionOf(status.conditions, 'PodScheduled')?.lastTransitionTime ?? metadata.creationTimestamp);
}

function evict(pod: Pod, nowMs: number): readonly RequestedChange[] {
  const disruption = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' } as const;
  return [
    { verb: 'transformStatus', kind: 'Pod', target: sameObject(pod), transform: (stored) => ({ ...stored.status, conditions: withCondition(stored.status.conditions, disruption, nowMs) }) },
    { verb: 'delete', kind: 'Pod', target: sameObject(pod) },
  ];
}
