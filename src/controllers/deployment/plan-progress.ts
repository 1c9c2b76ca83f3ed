import { conditionOf, withoutCondition } from '../../model/conditions.ts';
import type { Condition, Deployment, DeploymentStatus } from '../../model/object.ts';
import type { CountedSet } from './counted-set.ts';
import { setCondition } from './plan-status.ts';

/** A deadline of this many seconds means none. */
const noDeadline = 2_147_483_647;

/** What happened to the ReplicaSet of the current template in this plan. */
export type RevisionStep = { readonly type: 'created' | 'found' | 'kept' | 'missing'; readonly name: string };

/** Conditions of a rollout, and when to look at the clock again. */
export interface Progress {
  readonly conditions: readonly Condition[];
  readonly lookAgainMs?: number | undefined;
}

/**
 * The Progressing condition of a Deployment whose counts are `status`, and ReplicaFailure as its ReplicaSets tell it. The clock of the deadline runs from the
 * condition's last update: whenever Pods came, became ready or available or old ones went, a new ReplicaSet was made or found, or a pause ended. It stands while
 * paused and when the rollout is complete. A passed deadline is only reported.
 */
export function planProgress(deployment: Deployment, status: DeploymentStatus, step: RevisionStep, sets: readonly CountedSet[], nowMs: number): Progress {
  const conditions = withFailure(status.conditions, sets, nowMs);
  const { progressDeadlineSeconds, paused } = deployment.spec;
  if (progressDeadlineSeconds === noDeadline) return { conditions: withoutCondition(conditions, 'Progressing') };
  const before = conditionOf(conditions, 'Progressing');
  const say = (truth: Condition['status'], reason: string, message: string, isNews = false): Progress =>
    withDeadline({ conditions: setCondition(conditions, { type: 'Progressing', status: truth, reason, message }, nowMs, isNews) }, progressDeadlineSeconds, nowMs);
  if (paused) return before?.reason === 'ProgressDeadlineExceeded' ? { conditions } : say('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (before?.reason === 'DeploymentPaused') return say('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  if (step.type === 'created') return say('True', 'NewReplicaSetCreated', `Created new replica set "${step.name}"`, true);
  if (step.type === 'found' || (before === undefined && step.type === 'kept')) return say('True', 'FoundNewReplicaSet', `Found new replica set "${step.name}"`, true);
  const subject = step.type === 'missing' ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${step.name}"`;
  if (before?.reason === 'NewReplicaSetAvailable' && status.replicas === status.updatedReplicas) return { conditions };
  if (isComplete(deployment, status)) return say('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`);
  if (hasProgressed(deployment.status, status)) return say('True', 'ReplicaSetUpdated', `${subject} is progressing.`, true);
  if (before && isLate(before, progressDeadlineSeconds, nowMs)) return say('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`);
  return withDeadline({ conditions }, progressDeadlineSeconds, nowMs);
}

/** Whether the rollout is over: all Pods are of the current template, as many as wanted, and available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const { replicas } = deployment.spec;
  return status.updatedReplicas === replicas && status.replicas === replicas && status.availableReplicas === replicas && status.observedGeneration >= deployment.metadata.generation;
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  return now.updatedReplicas > before.updatedReplicas
    || now.replicas - now.updatedReplicas < before.replicas - before.updatedReplicas
    || now.readyReplicas > before.readyReplicas
    || now.availableReplicas > before.availableReplicas;
}

function isLate(progressing: Condition, deadlineSeconds: number, nowMs: number): boolean {
  if (progressing.reason === 'ProgressDeadlineExceeded') return true;
  return progressing.reason !== 'NewReplicaSetAvailable' && Date.parse(progressing.lastUpdateTime ?? '') + deadlineSeconds * 1000 < nowMs;
}

function withDeadline(progress: Progress, deadlineSeconds: number, nowMs: number): Progress {
  const progressing = conditionOf(progress.conditions, 'Progressing');
  if (!progressing?.lastUpdateTime || ['ProgressDeadlineExceeded', 'NewReplicaSetAvailable', 'DeploymentPaused'].includes(progressing.reason ?? '')) return progress;
  return { ...progress, lookAgainMs: Math.max(1, Date.parse(progressing.lastUpdateTime) + deadlineSeconds * 1000 - nowMs + 1) };
}

/** The failure that a ReplicaSet reports, if one does. */
function withFailure(conditions: readonly Condition[], sets: readonly CountedSet[], nowMs: number): readonly Condition[] {
  const failure = sets.map((set) => conditionOf(set.replicaSet.status.conditions, 'ReplicaFailure')).find((condition) => condition?.status === 'True');
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure');
  return setCondition(conditions, { type: 'ReplicaFailure', status: 'True', reason: failure.reason, message: failure.message }, nowMs);
}
