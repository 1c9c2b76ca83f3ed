import type { Deployment, ReplicaSet } from '../../model/object.ts';
import { ownerReferenceTo } from '../../model/owner.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly } from '../object-key.ts';

/** Takes matching ReplicaSets that nobody controls and lets go of those that no longer match. A Deployment that is being deleted does neither. */
export function planAdoption(deployment: Deployment, controlled: readonly ReplicaSet[], candidates: readonly ReplicaSet[]): readonly RequestedChange[] {
  if (deployment.metadata.deletionTimestamp !== undefined) return [];
  const matches = (set: ReplicaSet): boolean => matchesLabelSelector(deployment.spec.selector, set.metadata.labels);
  const others = (set: ReplicaSet): ReplicaSet['metadata']['ownerReferences'] => set.metadata.ownerReferences.filter((owner) => owner.uid !== deployment.metadata.uid);
  const adopted = candidates.filter((set) => set.metadata.deletionTimestamp === undefined && matches(set));
  return [
    ...controlled.filter((set) => !matches(set)).map((set) => changeOwners(set, others(set))),
    ...adopted.map((set) => changeOwners(set, [...others(set), ownerReferenceTo(deployment)])),
  ];
}

function changeOwners(replicaSet: ReplicaSet, ownerReferences: ReplicaSet['metadata']['ownerReferences']): RequestedChange {
  return { verb: 'patch', kind: 'ReplicaSet', target: exactly(replicaSet), patch: { metadata: { ownerReferences } } };
}
