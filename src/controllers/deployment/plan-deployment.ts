import { sameValue } from '../../lib/same-value.ts';
import type { ApiError } from '../../model/errors.ts';
import type { Deployment, DeploymentStatus, Pod, ReplicaSet } from '../../model/object.ts';
import type { Plan, PlannedEvent } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly, referenceTo, sameObject } from '../object-key.ts';
import { untilNextAvailableMs } from '../until-next-available.ts';
import { desiredAnnotation, maxAnnotation, revisionAnnotation, revisionOf } from './annotations.ts';
import { boundsOf, countSet } from './counted-set.ts';
import type { CountedSet } from './counted-set.ts';
import { decideSizes } from './decide-sizes.ts';
import type { Decision } from './decide-sizes.ts';
import { planAdoption } from './plan-adoption.ts';
import { planCleanup } from './plan-cleanup.ts';
import { isComplete, planProgress } from './plan-progress.ts';
import type { RevisionStep } from './plan-progress.ts';
import { findRevisions, newReplicaSet, replicaSetName, revisionAnnotations, revisionNumber } from './plan-revision.ts';
import type { Revisions } from './plan-revision.ts';
import type { Rollout } from './plan-rolling-update.ts';
import { planStatus, setCondition } from './plan-status.ts';

/** Everything that a plan for one Deployment needs, from one snapshot. */
export interface ObservedDeployment {
  readonly deployment: Deployment;
  /** ReplicaSets that name it as their controller, with their Pods. */
  readonly sets: readonly { readonly replicaSet: ReplicaSet; readonly pods: readonly Pod[] }[];
  /** ReplicaSets that nobody controls and that may match. */
  readonly candidates: readonly ReplicaSet[];
  /** Whether the name for a new ReplicaSet of the current template is in use. */
  readonly isNameTaken: boolean;
}

/** One step of a Deployment: the sizes of its ReplicaSets, which of them to make or remove, its revision, counts and conditions, in one change set. */
export function planDeployment(observed: ObservedDeployment, nowMs: number): Plan {
  const { deployment } = observed;
  const adoption = planAdoption(deployment, observed.sets.map((set) => set.replicaSet), observed.candidates);
  if (adoption.length > 0) return { changes: adoption };
  const { rollout, revisions } = rolloutOf(observed, nowMs);
  const counts = planStatus(deployment, rollout.next, rollout.previous, rollout.bounds, nowMs);
  if (deployment.metadata.deletionTimestamp !== undefined) return { changes: statusChange(deployment, counts) };
  const decision = decideSizes(deployment, rollout);
  if (decision.create !== undefined && observed.isNameTaken) {
    return { changes: statusChange(deployment, { ...counts, collisionCount: counts.collisionCount + 1 }) };
  }
  const step = stepOf(deployment, revisions, decision);
  const progress = planProgress(deployment, counts, step, setsOf(rollout), nowMs);
  const status: DeploymentStatus = { ...counts, conditions: progress.conditions };
  const surplus = deployment.spec.paused || isComplete(deployment, status) ? planCleanup(rollout.previous, deployment.spec.revisionHistoryLimit) : [];
  const minReady = untilNextAvailableMs(observed.sets.flatMap((set) => set.pods), deployment.spec.minReadySeconds, nowMs);
  return {
    changes: [
      ...statusChange(deployment, status),
      ...revisionChange(deployment, revisions, step),
      ...createChange(deployment, revisions, rollout, decision),
      ...setsOf(rollout).filter((set) => !surplus.includes(set.replicaSet)).flatMap((set) => setChange(deployment, revisions, rollout, set, decision)),
      ...surplus.map((set): RequestedChange => ({ verb: 'delete', kind: 'ReplicaSet', target: exactly(set), options: { propagationPolicy: 'BACKGROUND' } })),
    ],
    events: scalingEvents(deployment, rollout, decision),
    requeueAfterMs: earliest(progress.lookAgainMs, minReady),
  };
}

/** Says in the status that the new ReplicaSet was refused, and why. */
export function planRefusal(observed: ObservedDeployment, refusal: ApiError, nowMs: number): Plan {
  const { deployment } = observed;
  if (refusal.code === 'ALREADY_EXISTS' || rolloutOf(observed, nowMs).revisions.next !== undefined) return { changes: [] };
  const message = `Failed to create new replica set "${replicaSetName(deployment)}": ${refusal.message}`;
  const conditions = setCondition(deployment.status.conditions, { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message }, nowMs);
  return {
    changes: statusChange(deployment, { ...deployment.status, conditions }),
    events: [{ object: referenceTo(deployment), type: 'Warning', reason: 'ReplicaSetCreateError', message }],
  };
}

function rolloutOf(observed: ObservedDeployment, nowMs: number): { readonly rollout: Rollout; readonly revisions: Revisions } {
  const { deployment, sets } = observed;
  const revisions = findRevisions(deployment, sets.map((set) => set.replicaSet));
  const counted = new Map(sets.map(({ replicaSet, pods }) => [replicaSet, countSet(replicaSet, pods, deployment.spec.minReadySeconds, nowMs)]));
  const countsOf = (replicaSet: ReplicaSet): CountedSet => counted.get(replicaSet) ?? countSet(replicaSet, [], 0, nowMs);
  return {
    revisions,
    rollout: { desired: deployment.spec.replicas, bounds: boundsOf(deployment), next: revisions.next && countsOf(revisions.next), previous: revisions.previous.map(countsOf) },
  };
}

function setsOf(rollout: Rollout): readonly CountedSet[] {
  return rollout.next ? [rollout.next, ...rollout.previous] : rollout.previous;
}

/** What happens to the ReplicaSet of the current template. A paused Deployment numbers nothing. */
function stepOf(deployment: Deployment, revisions: Revisions, decision: Decision): RevisionStep {
  const { next } = revisions;
  if (!next) return { type: decision.create === undefined ? 'missing' : 'created', name: replicaSetName(deployment) };
  const isReused = !deployment.spec.paused && revisionOf(next) > 0 && revisionOf(next) < revisionNumber(revisions);
  return { type: isReused ? 'found' : 'kept', name: next.metadata.name };
}

function statusChange(deployment: Deployment, status: DeploymentStatus): readonly RequestedChange[] {
  return sameValue(status, deployment.status) ? [] : [{ verb: 'updateStatus', kind: 'Deployment', target: exactly(deployment), status }];
}

function revisionChange(deployment: Deployment, revisions: Revisions, step: RevisionStep): readonly RequestedChange[] {
  const revision = String(revisionNumber(revisions));
  if (deployment.spec.paused || step.type === 'missing' || deployment.metadata.annotations[revisionAnnotation] === revision) return [];
  return [{ verb: 'patch', kind: 'Deployment', target: sameObject(deployment), patch: { metadata: { annotations: { [revisionAnnotation]: revision } } } }];
}

function createChange(deployment: Deployment, revisions: Revisions, rollout: Rollout, decision: Decision): readonly RequestedChange[] {
  if (decision.create === undefined) return [];
  const annotations = { ...revisionAnnotations(deployment, revisions), ...sizeAnnotations(rollout) };
  return [{ verb: 'create', kind: 'ReplicaSet', input: newReplicaSet(deployment, annotations, decision.create) }];
}

function setChange(deployment: Deployment, revisions: Revisions, rollout: Rollout, set: CountedSet, decision: Decision): readonly RequestedChange[] {
  const isCurrent = set.replicaSet === revisions.next && !deployment.spec.paused;
  const size = decision.sizes.get(set.replicaSet.metadata.name);
  const wanted = {
    ...(isCurrent ? revisionAnnotations(deployment, revisions) : {}),
    ...(size !== undefined && (size > 0 || size !== set.wanted) ? sizeAnnotations(rollout) : {}),
  };
  const annotations = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => set.replicaSet.metadata.annotations[key] !== value));
  const spec = {
    ...(size !== undefined && size !== set.wanted ? { replicas: size } : {}),
    ...(isCurrent && set.replicaSet.spec.minReadySeconds !== deployment.spec.minReadySeconds ? { minReadySeconds: deployment.spec.minReadySeconds } : {}),
  };
  if (Object.keys(annotations).length === 0 && Object.keys(spec).length === 0) return [];
  return [{ verb: 'patch', kind: 'ReplicaSet', target: sameObject(set.replicaSet), patch: { metadata: { annotations }, spec } }];
}

function sizeAnnotations(rollout: Rollout): Readonly<Record<string, string>> {
  return { [desiredAnnotation]: String(rollout.desired), [maxAnnotation]: String(rollout.bounds.ceiling) };
}

function scalingEvents(deployment: Deployment, rollout: Rollout, decision: Decision): readonly PlannedEvent[] {
  const event = (name: string, from: number, to: number): PlannedEvent => ({
    object: referenceTo(deployment), type: 'Normal', reason: 'ScalingReplicaSet', message: `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`,
  });
  const resized = setsOf(rollout).flatMap((set) => {
    const { name } = set.replicaSet.metadata;
    const size = decision.sizes.get(name) ?? set.wanted;
    return size === set.wanted ? [] : [event(name, set.wanted, size)];
  });
  return decision.create ? [event(replicaSetName(deployment), 0, decision.create), ...resized] : resized;
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
