import type { Deployment, Inputs, ReplicaSet } from '../../model/object.ts';
import { ownerReferenceTo } from '../../model/owner.ts';
import { historyAnnotation, inheritedAnnotations, revisionAnnotation, revisionOf } from './annotations.ts';
import { hashLabel, sameTemplate, templateHash, withHash } from './template-hash.ts';

/** The ReplicaSets of a Deployment: the one of the current template, if there is one, and the others, the oldest first. */
export interface Revisions {
  readonly next: ReplicaSet | undefined;
  readonly previous: readonly ReplicaSet[];
}

/** Finds the ReplicaSet of the current template: the oldest, should there be several. One that is being deleted is not used again. */
export function findRevisions(deployment: Deployment, replicaSets: readonly ReplicaSet[]): Revisions {
  const byAge = replicaSets.toSorted((one, other) => compareText(one.metadata.creationTimestamp, other.metadata.creationTimestamp) || compareText(one.metadata.name, other.metadata.name));
  const next = byAge.find((set) => set.metadata.deletionTimestamp === undefined && sameTemplate(set.spec.template, deployment.spec.template));
  return { next, previous: byAge.filter((set) => set !== next) };
}

/** The number of the current template: one above all others, so that a template that is used again gets a new highest number. */
export function revisionNumber(revisions: Revisions): number {
  const highest = Math.max(0, ...revisions.previous.map(revisionOf));
  return Math.max(highest + 1, revisions.next ? revisionOf(revisions.next) : 0);
}

/** The annotations that the ReplicaSet of the current template should have: those of its Deployment, its number, and the numbers it had before. */
export function revisionAnnotations(deployment: Deployment, revisions: Revisions): Readonly<Record<string, string>> {
  const revision = revisionNumber(revisions);
  const before = revisions.next ? revisionOf(revisions.next) : 0;
  const history = revisions.next?.metadata.annotations[historyAnnotation];
  const isReused = before > 0 && before < revision;
  return {
    ...inheritedAnnotations(deployment),
    [revisionAnnotation]: String(revision),
    ...(isReused ? { [historyAnnotation]: [...(history ? history.split(',') : []), String(before)].slice(-50).join(',') } : {}),
  };
}

/** The name of the ReplicaSet for the current template. */
export function replicaSetName(deployment: Deployment): string {
  return `${deployment.metadata.name}-${templateHash(deployment.spec.template, deployment.status.collisionCount)}`;
}

/** A new ReplicaSet for the current template. */
export function newReplicaSet(deployment: Deployment, annotations: Readonly<Record<string, string>>, replicas: number): Inputs['ReplicaSet'] {
  const hash = templateHash(deployment.spec.template, deployment.status.collisionCount);
  const template = withHash(deployment.spec.template, hash);
  const { selector, minReadySeconds } = deployment.spec;
  return {
    metadata: {
      name: replicaSetName(deployment),
      namespace: deployment.metadata.namespace,
      labels: template.metadata.labels,
      annotations,
      ownerReferences: [ownerReferenceTo(deployment)],
    },
    spec: { replicas, minReadySeconds, selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } }, template },
  };
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
