import { sameValue } from '../lib/same-value.ts';
import { isKind } from '../model/object.ts';
import type { Node, Pod } from '../model/object.ts';
import type { Change } from '../store/store.ts';

/** What can make room for a Pod that was refused. */
export type ClusterEvent = 'node-added' | 'node-labels-changed' | 'node-taints-changed' | 'node-unschedulable-changed' | 'node-resources-changed' | 'pod-left-node';

/** What a change can make room by; nothing for most. Pure. */
export function clusterEventsOf(change: Change): readonly ClusterEvent[] {
  const { object, previous, type } = change;
  if (isKind(object, 'Node')) {
    if (type === 'DELETED') return [];
    return previous && isKind(previous, 'Node') ? nodeEvents(previous, object) : ['node-added'];
  }
  if (isKind(object, 'Pod')) return leftNode(object, type === 'DELETED', previous && isKind(previous, 'Pod') ? previous : undefined) ? ['pod-left-node'] : [];
  return [];
}

/** Whether a Pod takes something of its node. */
export function isOnNode(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined && pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed';
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
