import { controllerOf, isControlledBy, ownerReferenceTo } from '../../model/owner.ts';
import type { Pod, ReplicaSet } from '../../model/object.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly } from '../object-key.ts';
import { isPodActive } from '../../kinds/pod/pod-state.ts';

/** Whose Pods are whose, and what must change for that. */
export interface Adoption {
  /** Active Pods of this ReplicaSet once `changes` took effect. */
  readonly pods: readonly Pod[];
  readonly changes: readonly RequestedChange[];
}

/**
 * Takes matching active Pods that nobody controls, and lets go of controlled ones whose labels no longer match. A ReplicaSet that is being deleted
 * takes and lets go of nothing. Pods that another controller owns are never touched.
 */
export function planAdoption(replicaSet: ReplicaSet, controlled: readonly Pod[], candidates: readonly Pod[]): Adoption {
  const matches = (pod: Pod): boolean => matchesLabelSelector(replicaSet.spec.selector, pod.metadata.labels);
  const active = controlled.filter((pod) => isPodActive(pod) && isControlledBy(pod, replicaSet));
  if (replicaSet.metadata.deletionTimestamp !== undefined) return { pods: active.filter(matches), changes: [] };
  const released = active.filter((pod) => !matches(pod));
  const adopted = candidates.filter((pod) => controllerOf(pod) === undefined && isPodActive(pod) && matches(pod));
  return {
    pods: [...active.filter(matches), ...adopted],
    changes: [...released.map((pod) => changeOwners(pod, withoutOwner(pod, replicaSet))), ...adopted.map((pod) => changeOwners(pod, [...withoutOwner(pod, replicaSet), ownerReferenceTo(replicaSet)]))],
  };
}

function withoutOwner(pod: Pod, owner: ReplicaSet): Pod['metadata']['ownerReferences'] {
  return pod.metadata.ownerReferences.filter((reference) => reference.uid !== owner.metadata.uid);
}

function changeOwners(pod: Pod, ownerReferences: Pod['metadata']['ownerReferences']): RequestedChange {
  return { verb: 'patch', kind: 'Pod', target: exactly(pod), patch: { metadata: { ownerReferences } } };
}
