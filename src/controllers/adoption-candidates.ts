import { controllerOf } from '../model/owner.ts';
import type { LabelSelector, Objects } from '../model/object.ts';
import type { Snapshot } from '../store/store.ts';

const hashLabel = 'pod-template-hash';

/**
 * Objects of a namespace that nobody controls and that could match a selector, found through one of its labels: the hash of a template where there is one,
 * because fewest objects share it. The caller still asks whether they match.
 */
export function adoptionCandidates<K extends 'Pod' | 'ReplicaSet'>(kind: K, namespace: string | undefined, selector: LabelSelector, snapshot: Snapshot): readonly Objects[K][] {
  const labels = Object.entries(selector.matchLabels ?? {});
  const [key, value] = labels.find(([label]) => label === hashLabel) ?? labels[0] ?? [];
  const found = key === undefined || value === undefined ? snapshot.list(kind, namespace) : snapshot.withLabel(kind, namespace, key, value);
  return found.filter((object) => controllerOf(object) === undefined);
}
