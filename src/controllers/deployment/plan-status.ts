import { withCondition } from '../../model/conditions.ts';
import type { ConditionUpdate } from '../../model/conditions.ts';
import { formatTime } from '../../lib/clock.ts';
import type { Condition, Deployment, DeploymentStatus } from '../../model/object.ts';
import type { Bounds, CountedSet } from './counted-set.ts';
import { total } from './counted-set.ts';

/** The counts of a Deployment and its Available condition. */
export function planStatus(deployment: Deployment, next: CountedSet | undefined, previous: readonly CountedSet[], bounds: Bounds, nowMs: number): DeploymentStatus {
  const all = next ? [next, ...previous] : previous;
  const availableReplicas = total(all, (set) => set.available);
  const isAvailable = availableReplicas >= bounds.floor;
  return {
    replicas: total(all, (set) => set.active),
    updatedReplicas: next?.active ?? 0,
    readyReplicas: total(all, (set) => set.ready),
    availableReplicas,
    unavailableReplicas: Math.max(0, total(all, (set) => set.wanted) - availableReplicas),
    observedGeneration: deployment.metadata.generation,
    collisionCount: deployment.status.collisionCount,
    conditions: setCondition(deployment.status.conditions, {
      type: 'Available',
      status: isAvailable ? 'True' : 'False',
      reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: isAvailable ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    }, nowMs),
  };
}

/** Sets a condition; its update time moves only where its status or reason does, or where `isNews` says so. */
export function setCondition(conditions: readonly Condition[], update: ConditionUpdate, nowMs: number, isNews = false): readonly Condition[] {
  const before = conditions.find((condition) => condition.type === update.type);
  const isSame = !isNews && before?.status === update.status && before.reason === update.reason && before.lastUpdateTime !== undefined;
  return withCondition(conditions, { ...update, lastUpdateTime: isSame ? before.lastUpdateTime : formatTime(nowMs) }, nowMs);
}
