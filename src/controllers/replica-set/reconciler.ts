import type { Reconciler } from '../../control/reconciler.ts';
import { conditionOf } from '../../model/conditions.ts';
import { isKind } from '../../model/object.ts';
import type { Pod, ReplicaSet } from '../../model/object.ts';
import { controllerOf, isControlledBy } from '../../model/owner.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import { sameValue } from '../../lib/same-value.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { adoptionCandidates } from '../adoption-candidates.ts';
import { objectKey, splitKey } from '../object-key.ts';
import { isPodActive } from '../../kinds/pod/pod-state.ts';
import { planRefusal, planReplicas } from './plan-replicas.ts';
import type { ObservedReplicaSet } from './plan-replicas.ts';

/** Keeps the number of Pods of every ReplicaSet true. Keys are `namespace/name` of ReplicaSets. */
export const replicaSetReconciler: Reconciler<ObservedReplicaSet> = {
  name: 'replica-set',
  watches: [
    { kind: 'ReplicaSet', keys: (change) => [objectKey(change.object)] },
    { kind: 'Pod', keys: podKeys },
  ],
  allKeys: (snapshot) => snapshot.list('ReplicaSet').map(objectKey),
  observe,
  plan: planReplicas,
  planRefused: planRefusal,
};

function observe(key: string, snapshot: Snapshot): ObservedReplicaSet | undefined {
  const { namespace, name } = splitKey(key);
  const replicaSet = snapshot.get('ReplicaSet', namespace, name);
  if (!replicaSet) return undefined;
  const controlled = podsOf(replicaSet, snapshot);
  const candidates = adoptionCandidates('Pod', namespace, replicaSet.spec.selector, snapshot);
  const surplus = controlled.filter(isPodActive).length + candidates.length > replicaSet.spec.replicas;
  return { replicaSet, controlled, candidates, related: surplus ? relatedPods(replicaSet, controlled, snapshot) : [] };
}

/** Whether two states of a Pod count the same. Where it runs and what it costs to delete is looked up when one has to go. */
function isSameForPlans(one: Pod, other: Pod): boolean {
  const [a, b] = [one.metadata, other.metadata];
  return one.status.phase === other.status.phase && (a.deletionTimestamp === undefined) === (b.deletionTimestamp === undefined) && a.uid === b.uid
    && sameValue(a.labels, b.labels) && sameValue(a.ownerReferences, b.ownerReferences)
    && sameValue(conditionOf(one.status.conditions, 'Ready'), conditionOf(other.status.conditions, 'Ready'));
}

/** Pods whose controller is this ReplicaSet. */
export function podsOf(replicaSet: ReplicaSet, snapshot: Snapshot): readonly Pod[] {
  return snapshot.ownedBy(replicaSet.metadata.uid).filter((object): object is Pod => isKind(object, 'Pod') && isControlledBy(object, replicaSet));
}

function relatedPods(replicaSet: ReplicaSet, own: readonly Pod[], snapshot: Snapshot): readonly Pod[] {
  const owner = controllerOf(replicaSet);
  if (!owner) return own;
  return snapshot.ownedBy(owner.uid).flatMap((object) => (isKind(object, 'ReplicaSet') ? podsOf(object, snapshot) : []));
}

/** The ReplicaSet that controls a Pod, the one that did before, and for a Pod without controller all that might adopt it. None where nothing changed that a plan looks at. */
function podKeys(change: Change, snapshot: Snapshot): readonly string[] {
  if (change.type === 'MODIFIED' && change.previous && isSameForPlans(change.object as Pod, change.previous as Pod)) return [];
  const controllers = [change.object, change.previous].flatMap((pod) => {
    const owner = pod && controllerOf(pod);
    return owner?.kind === 'ReplicaSet' ? [`${pod?.metadata.namespace ?? ''}/${owner.name}`] : [];
  });
  const isOrphan = controllerOf(change.object) === undefined && change.type !== 'DELETED';
  const isNews = !sameValue(change.previous?.metadata.labels, change.object.metadata.labels) || !sameValue(change.previous?.metadata.ownerReferences, change.object.metadata.ownerReferences);
  if (!isOrphan || !isNews) return controllers;
  const adopters = snapshot.list('ReplicaSet', change.object.metadata.namespace).filter((set) => matchesLabelSelector(set.spec.selector, change.object.metadata.labels));
  return [...controllers, ...adopters.map(objectKey)];
}
