import type { Reconciler } from '../../control/reconciler.ts';
import { sameValue } from '../../lib/same-value.ts';
import { keyOf, keyText, kindNames } from '../../model/object.ts';
import type { KindName, StoredObject } from '../../model/object.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { foregroundFinalizer, isBlocked, isWaiting, orphanFinalizer, ownerState, planCollection } from './plan-collection.ts';
import type { ObservedObject } from './plan-collection.ts';

/** Deletes what nobody owns any more, and carries out foreground deletion and orphaning. Keys are `Kind/namespace/name`. */
export const garbageCollector: Reconciler<ObservedObject> = {
  name: 'garbage-collector',
  watches: kindNames.map((kind) => ({ kind, keys: changeKeys })),
  allKeys: (snapshot) => kindNames.flatMap((kind) => snapshot.list(kind).filter(concerns).map((object) => keyText(keyOf(object)))),
  observe,
  plan: planCollection,
};

function observe(key: string, snapshot: Snapshot): ObservedObject | undefined {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  const object: StoredObject | undefined = snapshot.get(kind as KindName, namespace, name);
  if (!object || !concerns(object)) return undefined;
  const owners = object.metadata.ownerReferences.map((reference) => ownerState(object, reference, snapshot.byUid(reference.uid)));
  const needsDependents = object.metadata.deletionTimestamp !== undefined || owners.includes('waiting');
  const dependentsOf = (owner: StoredObject): readonly StoredObject[] => snapshot.ownedBy(owner.metadata.uid);
  return { object, owners, dependents: needsDependents ? dependentsOf(object) : [], isBlocked: isWaiting(object) && isBlocked(object, dependentsOf) };
}

function concerns({ metadata }: StoredObject): boolean {
  return metadata.ownerReferences.length > 0 || isHeld(metadata.finalizers);
}

function isHeld(finalizers: readonly string[]): boolean {
  return finalizers.includes(orphanFinalizer) || finalizers.includes(foregroundFinalizer);
}

/** The object itself when its owners or its deletion changed, its dependents when it goes, and owners that wait for it. */
function changeKeys({ type, object, previous }: Change, snapshot: Snapshot): readonly string[] {
  const before = previous?.metadata;
  const references = [...object.metadata.ownerReferences, ...(before?.ownerReferences ?? [])];
  const isGone = type === 'DELETED';
  const isOwnNews = !isGone && concerns(object)
    && (!before || before.deletionTimestamp !== object.metadata.deletionTimestamp || !sameValue([before.ownerReferences, before.finalizers], [object.metadata.ownerReferences, object.metadata.finalizers]));
  const startsToWait = isWaiting(object) && !(previous && isWaiting(previous));
  const lostReference = before !== undefined && !sameValue(before.ownerReferences, object.metadata.ownerReferences);
  const affected = [
    ...(isOwnNews ? [object] : []),
    ...(isGone || startsToWait ? snapshot.ownedBy(object.metadata.uid) : []),
    ...(isGone || lostReference ? references.map((reference) => snapshot.byUid(reference.uid)).filter((owner) => owner !== undefined && isHeld(owner.metadata.finalizers)) : []),
  ];
  return affected.map((found) => keyText(keyOf(found as StoredObject)));
}
