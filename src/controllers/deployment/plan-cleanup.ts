import type { ReplicaSet } from '../../model/object.ts';
import { revisionOf } from './annotations.ts';
import type { CountedSet } from './counted-set.ts';

/** Old ReplicaSets beyond `revisionHistoryLimit`, lowest revision first; only those that are empty, settled and not being deleted. */
export function planCleanup(previous: readonly CountedSet[], limit: number): readonly ReplicaSet[] {
  const kept = previous.filter((set) => set.replicaSet.metadata.deletionTimestamp === undefined);
  return kept
    .toSorted((one, other) => revisionOf(one.replicaSet) - revisionOf(other.replicaSet))
    .slice(0, Math.max(0, kept.length - limit))
    .filter((set) => set.wanted === 0 && set.present === 0 && set.replicaSet.status.replicas === 0 && set.replicaSet.status.observedGeneration >= set.replicaSet.metadata.generation)
    .map((set) => set.replicaSet);
}
