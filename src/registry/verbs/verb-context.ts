import type { Random } from '../../lib/random.ts';
import type { KindName, ObjectKey, StoredObject } from '../../model/object.ts';
import { kindFacts } from '../../model/object.ts';
import { ApiError, describe, invalid, notFound } from '../../model/errors.ts';
import type { ErrorSubject } from '../../model/errors.ts';
import type { Target } from '../registry.ts';
import type { Staging } from '../staging.ts';

/** What every verb may use besides its change. The verbs are pure given these. */
export interface VerbContext {
  readonly staging: Staging;
  readonly nowMs: number;
  /** Who asks; becomes the owner of the fields it changes. */
  readonly actor: string;
  readonly random: Random;
  /** Position of the change in its request. */
  readonly change: number;
}

/** What a verb did: which object it is about, and what that was before. What it is now stands in the staging. */
export interface StagedChange {
  readonly key: ObjectKey;
  readonly previous: StoredObject | undefined;
}

/** The key that a target means for a kind. Throws INVALID when a cluster-scoped kind is given a namespace. */
export function keyOfTarget(kind: KindName, target: { readonly namespace?: string | undefined; readonly name: string }): ObjectKey {
  if (kindFacts[kind].namespaced) return { kind, namespace: target.namespace ?? 'default', name: target.name };
  if (target.namespace) throw invalid({ kind, name: target.name }, [{ path: 'metadata.namespace', message: 'must be left out: objects of this kind belong to no namespace' }]);
  return { kind, namespace: '', name: target.name };
}

/** The object that a change is about. Throws NOT_FOUND, and CONFLICT when it is not the one that the target demands. */
export function findTarget(key: ObjectKey, demanded: Pick<Target, 'uid' | 'resourceVersion'>, staging: Staging): StoredObject {
  const object = staging.at(key);
  if (!object) throw notFound(key);
  checkDemanded(object, key, demanded);
  return object;
}

/** The object that a target means, for verbs that know nothing better to do when there is none. */
export function resolveTarget(kind: KindName, target: Target, staging: Staging): StoredObject {
  return findTarget(keyOfTarget(kind, target), target, staging);
}

function checkDemanded({ metadata }: StoredObject, subject: ErrorSubject, demanded: Pick<Target, 'uid' | 'resourceVersion'>): void {
  if (demanded.uid !== undefined && demanded.uid !== metadata.uid) {
    throw new ApiError('CONFLICT', `${describe(subject)} has uid ${metadata.uid}, not ${demanded.uid}: it was deleted and made anew`, { subject });
  }
  if (demanded.resourceVersion !== undefined && demanded.resourceVersion !== metadata.resourceVersion) {
    throw new ApiError('CONFLICT', `${describe(subject)} is at resourceVersion ${metadata.resourceVersion}, not ${demanded.resourceVersion}: someone changed it in between; read it again`, { subject });
  }
}
