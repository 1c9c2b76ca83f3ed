import type { OwnerReference, StoredObject } from './object.ts';

/** The owner that manages an object; undefined for an object that nobody manages. */
export function controllerOf(object: StoredObject): OwnerReference | undefined {
  return object.metadata.ownerReferences.find((owner) => owner.controller === true);
}

/** Whether `owner` is the managing controller of `object`: the same uid, not only the same name. */
export function isControlledBy(object: StoredObject, owner: StoredObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** The reference by which a managing controller owns what it makes; a foreground deletion of the owner waits for it. */
export function ownerReferenceTo(owner: StoredObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}
