import { kindFacts } from '../../model/object.ts';
import type { KindName, OwnerReference, StoredObject } from '../../model/object.ts';
import type { Plan } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly } from '../object-key.ts';

/** Holds an owner until its dependents no longer name it. */
export const orphanFinalizer = 'orphan';
/** Holds an owner until the dependents that block it are gone. */
export const foregroundFinalizer = 'foregroundDeletion';
/** The most dependents changed by one plan. */
export const changedAtOnce = 500;

/** An owner as a reference finds it. */
export type OwnerState =
  /** It is there and stays; or it cannot be told. */
  | 'live'
  /** Nothing with this uid is where the reference could mean it. */
  | 'absent'
  /** It is being deleted and waits for its dependents to go first. */
  | 'waiting';

/** One object, what it depends on, and what depends on it. */
export interface ObservedObject {
  readonly object: StoredObject;
  /** In the order of its owner references. */
  readonly owners: readonly OwnerState[];
  /** Objects that name it as an owner; needed only while it is being deleted or its owner waits. */
  readonly dependents: readonly StoredObject[];
  /** Whether a dependent holds back its foreground deletion. */
  readonly isBlocked: boolean;
}

/**
 * What follows from ownership for one object. An object whose owners are all gone (or wait for it to go) is deleted; one that has a live owner stays and
 * loses its references to the others. An owner that is being deleted lets go of its dependents (`orphan`) or waits for those that block it (`foregroundDeletion`).
 */
export function planCollection(observed: ObservedObject): Plan {
  const { object, owners, dependents, isBlocked } = observed;
  const { deletionTimestamp, finalizers, ownerReferences } = object.metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.includes(orphanFinalizer)) return { changes: orphan(object, dependents) };
    if (finalizers.includes(foregroundFinalizer)) return { changes: isBlocked ? [] : [withoutFinalizer(object, foregroundFinalizer)] };
    return { changes: [] };
  }
  if (ownerReferences.length === 0 || owners.every((owner) => owner === 'live')) return { changes: [] };
  if (owners.includes('live')) return { changes: [withOwners(object, ownerReferences.filter((_, index) => owners[index] === 'live'))] };
  return { changes: [remove(object, owners.includes('waiting') && dependents.length > 0 ? 'FOREGROUND' : policyOf(object))] };
}

/**
 * Whether a dependent holds back the foreground deletion of an owner: one that blocks, unless it waits in turn for the owner, over however many others. Without
 * that exception a circle would wait for ever.
 */
export function isBlocked(owner: StoredObject, dependentsOf: (object: StoredObject) => readonly StoredObject[]): boolean {
  const blockersOf = (object: StoredObject): readonly StoredObject[] => dependentsOf(object).filter((dependent) => blocks(dependent, object));
  return blockersOf(owner).some((blocker) => !waitsFor(blocker, owner, blockersOf));
}

function waitsFor(start: StoredObject, owner: StoredObject, blockersOf: (object: StoredObject) => readonly StoredObject[]): boolean {
  const seen = new Set<string>();
  const open = [start];
  for (let object = open.pop(); object; object = open.pop()) {
    if (object.metadata.uid === owner.metadata.uid) return true;
    if (seen.has(object.metadata.uid) || !isWaiting(object)) continue;
    seen.add(object.metadata.uid);
    open.push(...blockersOf(object));
  }
  return false;
}

function blocks(dependent: StoredObject, owner: StoredObject): boolean {
  return dependent.metadata.ownerReferences.some((reference) => reference.uid === owner.metadata.uid && reference.blockOwnerDeletion === true);
}

/** Whether an object is being deleted after its dependents. */
export function isWaiting(object: StoredObject): boolean {
  return object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers.includes(foregroundFinalizer);
}

/** Dependents lose the reference; with the last of them the owner is let go. */
function orphan(owner: StoredObject, dependents: readonly StoredObject[]): readonly RequestedChange[] {
  const freed = dependents.slice(0, changedAtOnce).map((dependent) => withOwners(dependent, dependent.metadata.ownerReferences.filter((reference) => reference.uid !== owner.metadata.uid)));
  return dependents.length > changedAtOnce ? freed : [...freed, withoutFinalizer(owner, orphanFinalizer)];
}

function policyOf(object: StoredObject): 'ORPHAN' | 'FOREGROUND' | 'BACKGROUND' {
  if (object.metadata.finalizers.includes(orphanFinalizer)) return 'ORPHAN';
  return object.metadata.finalizers.includes(foregroundFinalizer) ? 'FOREGROUND' : 'BACKGROUND';
}

function remove(object: StoredObject, propagationPolicy: 'ORPHAN' | 'FOREGROUND' | 'BACKGROUND'): RequestedChange {
  return { verb: 'delete', kind: object.kind as KindName, target: exactly(object), options: { propagationPolicy } };
}

function withOwners(object: StoredObject, ownerReferences: readonly OwnerReference[]): RequestedChange {
  return { verb: 'patch', kind: object.kind as KindName, target: exactly(object), patch: { metadata: { ownerReferences } } };
}

function withoutFinalizer(object: StoredObject, finalizer: string): RequestedChange {
  return { verb: 'patch', kind: object.kind as KindName, target: exactly(object), patch: { metadata: { finalizers: object.metadata.finalizers.filter((name) => name !== finalizer) } } };
}

/**
 * What a reference finds. An owner counts if it has the uid and kind of the reference and is in the same namespace or in none. A cluster-scoped object that
 * names a namespaced owner cannot be resolved: it is left alone.
 */
export function ownerState(dependent: StoredObject, reference: OwnerReference, found: StoredObject | undefined): OwnerState {
  const facts = (kindFacts as Readonly<Record<string, { readonly namespaced: boolean } | undefined>>)[reference.kind];
  if (facts?.namespaced && dependent.metadata.namespace === undefined) return 'live';
  if (!found || found.kind !== reference.kind || (found.metadata.namespace ?? dependent.metadata.namespace) !== dependent.metadata.namespace) return 'absent';
  return isWaiting(found) ? 'waiting' : 'live';
}
