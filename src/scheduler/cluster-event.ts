import { sameValue } from '../lib/same-value.ts';
import { isKind } from '../model/object.ts';
import type { Node, Pod } from '../model/object.ts';
import type { Change } from '../store/store.ts';

/** What can make room for a Pod that was refused. */
export type ClusterEvent = 'node-added' | 'node-labels-changed' | 'node-taints-changed' | 'node-unschedulable-changed' | 'node-resources-changed' | 'pod-left-node' | 'pod-on-node-changed';

/** What a change can make room by; nothing for most. Pure. */
export function clusterEventsOf(change: Change): readonly ClusterEvent[] {
  const { object, previous, type } = change;
  if (isKind(object, 'Node')) {
    if (type === 'DELETED') return [];
    return previous && isKind(previous, 'Node') ? nodeEvents(previous, object) : ['node-added'];
  }
  if (isKind(object, 'Pod')) return podEvents(object, type === 'DELETED', previous && isKind(previous, 'Pod') ? previous : undefined);
  return [];
}

/** Whether a Pod takes something of its node. */
export function isOnNode(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed';
}

function podEvents(pod: Pod, isDeleted: boolean, previous: Pod | undefined): readonly ClusterEvent[] {
  if (leftNode(pod, isDeleted, previous)) return ['pod-left-node'];
  const isNews = !isDeleted && isOnNode(pod) && (!previous || !isOnNode(previous) || !isSameForOthers(pod, previous));
  return isNews ? ['pod-on-node-changed'] : [];
}

/** Whether two states of a Pod are the same to rules that ask about other Pods. */
export function isSameForOthers(one: Pod, other: Pod): boolean {
  return (one.metadata.deletionTimestamp === undefined) === (other.metadata.deletionTimestamp === undefined) && sameValue(one.metadata.labels, other.metadata.labels)
    && sameValue(one.metadata.ownerReferences, other.metadata.ownerReferences);
}

function leftNode(pod: Pod, isDeleted: boolean, previous: Pod | undefined): boolean {
  return isDeleted ? isOnNode(previous ?? pod) : previous !== undefined && isOnNode(previous) && !isOnNode(pod);
}

function nodeEvents(before: Node, after: Node): readonly ClusterEvent[] {
  const events: ClusterEvent[] = [];
  if (!sameValue(before.metadata.labels, after.metadata.labels)) events.push('node-labels-changed');
  if (!sameValue(before.spec.taints, after.spec.taints)) events.push('node-taints-changed');
  if (before.spec.unschedulable !== after.spec.unschedulable) events.push('node-unschedulable-changed');
  if (!sameValue(before.status.allocatable, after.status.allocatable)) events.push('node-resources-changed');
  return events;
}
