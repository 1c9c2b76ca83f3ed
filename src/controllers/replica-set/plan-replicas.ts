import { withCondition, withoutCondition, isConditionTrue } from '../../model/conditions.ts';
import type { Condition, Pod, ReplicaSet } from '../../model/object.ts';
import type { ApiError } from '../../model/errors.ts';
import { ownerReferenceTo } from '../../model/owner.ts';
import { sameValue } from '../../lib/same-value.ts';
import type { Plan, PlannedEvent } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly, referenceTo, sameObject } from '../object-key.ts';
import { isPodActive } from '../../kinds/pod/pod-state.ts';
import { untilNextAvailableMs } from '../until-next-available.ts';
import { chooseVictims } from './choose-victims.ts';
import { planAdoption } from './plan-adoption.ts';
import { planStatus } from './plan-status.ts';

/** Everything that a plan for one ReplicaSet needs, from one snapshot. */
export interface ObservedReplicaSet {
  readonly replicaSet: ReplicaSet;
  /** Pods that name it as their controller. */
  readonly controlled: readonly Pod[];
  /** Pods of its namespace that might be adopted. */
  readonly candidates: readonly Pod[];
  /** Pods of all ReplicaSets with the same controller, its own included: the same work, for spreading over nodes. */
  readonly related: readonly Pod[];
}

/** The most Pods created or deleted by one plan. */
export const burst = 500;

/**
 * Makes the number of Pods true: adopts and releases, then creates the missing or deletes the surplus, and writes the counts as they are once all that took effect,
 * in one change set. New Pods come in batches of 1, 2, 4, … so that a template which is refused costs one refusal; the next look makes the next batch.
 */
export function planReplicas(observed: ObservedReplicaSet, nowMs: number): Plan {
  const { replicaSet } = observed;
  const adoption = planAdoption(replicaSet, observed.controlled, observed.candidates);
  const isLive = replicaSet.metadata.deletionTimestamp === undefined;
  const missing = isLive ? replicaSet.spec.replicas - adoption.pods.length : 0;
  const created = batchSize(missing, adoption.pods.length, isConditionTrue(replicaSet.status.conditions, 'ReplicaFailure'));
  const victims = missing < 0 ? chooseVictims(adoption.pods, observed.related, Math.min(-missing, burst), nowMs) : [];
  const going = new Set(victims);
  const staying = adoption.pods.filter((pod) => !going.has(pod));
  // While Pods are still missing, an earlier refusal may not be over.
  const conditions = missing > created ? replicaSet.status.conditions : withoutCondition(replicaSet.status.conditions, 'ReplicaFailure');
  return {
    changes: [
      ...adoption.changes,
      ...Array.from({ length: created }, () => createPod(replicaSet)),
      ...victims.map((pod): RequestedChange => ({ verb: 'delete', kind: 'Pod', target: sameObject(pod) })),
      ...statusChange(replicaSet, staying, created, conditions, nowMs),
    ],
    events: [...createdEvent(replicaSet, created), ...deletedEvent(replicaSet, victims)],
    requeueAfterMs: untilNextAvailableMs(staying, replicaSet.spec.minReadySeconds, nowMs),
  };
}

/** Says in the status that Pods were refused, and why; until none is missing, Pods are then tried one at a time. */
export function planRefusal(observed: ObservedReplicaSet, refusal: ApiError, nowMs: number): Plan {
  const { replicaSet } = observed;
  const pods = observed.controlled.filter(isPodActive);
  const creating = pods.length < replicaSet.spec.replicas;
  const reason = creating ? 'FailedCreate' : 'FailedDelete';
  const conditions = withCondition(replicaSet.status.conditions, { type: 'ReplicaFailure', status: 'True', reason, message: refusal.message }, nowMs);
  return {
    changes: statusChange(replicaSet, pods, 0, conditions, nowMs),
    events: [{ object: referenceTo(replicaSet), type: 'Warning', reason, message: `Error ${creating ? 'creating' : 'deleting'}: ${refusal.message}` }],
  };
}

/** 1, 2, 4, … Pods: one more than there are. One at a time after a refusal. */
function batchSize(missing: number, present: number, isFailing: boolean): number {
  return Math.max(0, Math.min(missing, isFailing ? 1 : present + 1, burst));
}

function createPod(replicaSet: ReplicaSet): RequestedChange {
  const { metadata, spec } = replicaSet.spec.template;
  return {
    verb: 'create',
    kind: 'Pod',
    input: {
      metadata: {
        generateName: `${replicaSet.metadata.name}-`,
        namespace: replicaSet.metadata.namespace,
        labels: metadata.labels,
        annotations: metadata.annotations,
        ownerReferences: [ownerReferenceTo(replicaSet)],
      },
      spec,
    },
  };
}

function statusChange(replicaSet: ReplicaSet, pods: readonly Pod[], created: number, conditions: readonly Condition[], nowMs: number): readonly RequestedChange[] {
  const status = planStatus(replicaSet, pods, created, conditions, nowMs);
  return sameValue(status, replicaSet.status) ? [] : [{ verb: 'updateStatus', kind: 'ReplicaSet', target: exactly(replicaSet), status }];
}

function createdEvent(replicaSet: ReplicaSet, count: number): readonly PlannedEvent[] {
  if (count === 0) return [];
  return [{ object: referenceTo(replicaSet), type: 'Normal', reason: 'SuccessfulCreate', message: count === 1 ? 'Created 1 pod' : `Created ${count} pods` }];
}

function deletedEvent(replicaSet: ReplicaSet, victims: readonly Pod[]): readonly PlannedEvent[] {
  if (victims.length === 0) return [];
  const named = victims.slice(0, 5).map((pod) => pod.metadata.name).join(', ');
  const message = victims.length > 5 ? `Deleted ${victims.length} pods: ${named}, …` : `Deleted pod: ${named}`;
  return [{ object: referenceTo(replicaSet), type: 'Normal', reason: 'SuccessfulDelete', message }];
}
