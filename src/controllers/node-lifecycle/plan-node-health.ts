import { sameValue } from '../../lib/same-value.ts';
import { conditionOf, withCondition } from '../../model/conditions.ts';
import { isPodReady, podReadySinceMs } from '../../kinds/pod/pod-state.ts';
import type { Condition, Node, Pod } from '../../model/object.ts';
import type { Plan, PlannedEvent } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly, referenceTo, sameObject } from '../object-key.ts';
import type { NodeLifecycleConfig } from './config.ts';
import { planTaints } from './plan-taints.ts';

/** Everything that a plan for one node needs. */
export interface ObservedNode {
  readonly node: Node;
  readonly pods: readonly Pod[];
  /** Age of its last heartbeat; undefined for a node that never sent one. */
  readonly ageMs: number | undefined;
  /** For how long heartbeats have been followed without a gap: nobody is lost who could not be heard. */
  readonly watchedMs: number;
  /** Whether its Pods may be given up now. */
  readonly mayEvict: boolean;
  readonly config: Pick<NodeLifecycleConfig, 'graceMs' | 'startupGraceMs'>;
}

const agentConditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/**
 * What must be known of a node: its conditions turn Unknown when nothing was heard of it for the grace period, its taints follow from its conditions, and its
 * Pods stop being ready with it, in one change set, so that they leave the endpoints at once. Its agent writes the conditions again when it is back.
 */
export function planNodeHealth(observed: ObservedNode, nowMs: number): Plan {
  const { node, pods, mayEvict } = observed;
  const conditions = isLost(observed, nowMs) ? unknownConditions(node, nowMs) : node.status.conditions;
  const taints = planTaints(node, conditions, mayEvict, nowMs);
  const ready = conditionOf(conditions, 'Ready');
  return {
    changes: [
      ...(conditions === node.status.conditions ? [] : [{ verb: 'updateStatus', kind: 'Node', target: exactly(node), status: { ...node.status, conditions } } as const]),
      ...(sameValue(taints, node.spec.taints) ? [] : [{ verb: 'patch', kind: 'Node', target: exactly(node), patch: { spec: { taints } } } as const]),
      ...pods.filter((pod) => losesReadiness(pod, ready)).map((pod) => notReady(pod, nowMs)),
    ],
    events: becameNotReady(node, ready),
  };
}

function isLost({ node, ageMs, watchedMs, config }: ObservedNode, nowMs: number): boolean {
  // A node that was made anew under an old name is not as old as the last heartbeat of that name.
  const silentMs = Math.min(ageMs ?? Infinity, nowMs - Date.parse(node.metadata.creationTimestamp), watchedMs);
  return silentMs > (ageMs === undefined ? config.startupGraceMs : config.graceMs);
}

function unknownConditions(node: Node, nowMs: number): readonly Condition[] {
  return agentConditions.reduce((list, type) => {
    const before = conditionOf(list, type);
    if (before?.status === 'Unknown') return list;
    const [reason, message] = before ? ['NodeStatusUnknown', 'Kubelet stopped posting node status.'] : ['NodeStatusNeverUpdated', 'Kubelet never posted node status.'];
    return withCondition(list, { ...before, type, status: 'Unknown', reason, message }, nowMs);
  }, node.status.conditions);
}

/** All Pods of a node that cannot be heard; of one that says itself that it is not ready, those that were ready before. */
function losesReadiness(pod: Pod, ready: Condition | undefined): boolean {
  if (!ready || ready.status === 'True' || !isPodReady(pod)) return false;
  return ready.status === 'Unknown' || (podReadySinceMs(pod) ?? 0) <= Date.parse(ready.lastTransitionTime ?? '');
}

function notReady(pod: Pod, nowMs: number): RequestedChange {
  return {
    verb: 'transformStatus', kind: 'Pod', target: sameObject(pod),
    transform: (stored) => ({ ...stored.status, conditions: withCondition(stored.status.conditions, { ...conditionOf(stored.status.conditions, 'Ready'), type: 'Ready', status: 'False', reason: 'NodeNotReady', message: 'Node is not ready.' }, nowMs) }),
  };
}

function becameNotReady(node: Node, ready: Condition | undefined): readonly PlannedEvent[] {
  if (ready?.status !== 'Unknown' || conditionOf(node.status.conditions, 'Ready')?.status === 'Unknown') return [];
  return [{ object: referenceTo(node), type: 'Normal', reason: 'NodeNotReady', message: `Node ${node.metadata.name} status is now: NodeNotReady` }];
}
