import type { Deployment, ReplicaSet } from '../../model/object.ts';

/** Which revision of its Deployment a ReplicaSet is; on the Deployment: the current one. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
/** Revisions that a ReplicaSet was before it was used again. */
export const historyAnnotation = 'deployment.kubernetes.io/revision-history';
/** The Deployment's replicas when the ReplicaSet was last sized. */
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
/** The Deployment's replicas and surge when the ReplicaSet was last sized. */
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

const ownAnnotations: ReadonlySet<string> = new Set([
  revisionAnnotation, historyAnnotation, desiredAnnotation, maxAnnotation, 'kubectl.kubernetes.io/last-applied-configuration', 'deprecated.deployment.rollback.to',
]);

/** The annotations of a Deployment that its current ReplicaSet carries too. */
export function inheritedAnnotations(deployment: Deployment): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(deployment.metadata.annotations).filter(([key]) => !ownAnnotations.has(key)));
}

/** The revision of a ReplicaSet; 0 where it has none. */
export function revisionOf(object: ReplicaSet | Deployment): number {
  return numberIn(object.metadata.annotations[revisionAnnotation]) ?? 0;
}

/** A whole number written as text. */
export function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
