import type { StoredObject } from '../model/object.ts';

/** The key by which a reconciler of one kind knows an object: `default/web`, `/node-1`. */
export function objectKey(object: StoredObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** What a key names. Names never contain a slash. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The target of a change which must not happen if the object was changed since it was read. */
export function exactly(object: StoredObject): { readonly namespace: string | undefined; readonly name: string; readonly uid: string; readonly resourceVersion: string } {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return { namespace, name, uid, resourceVersion };
}

/** The target of a change that is meant for this very object, in whatever state it is by then. */
export function sameObject(object: StoredObject): { readonly namespace: string | undefined; readonly name: string; readonly uid: string } {
  const { namespace, name, uid } = object.metadata;
  return { namespace, name, uid };
}

/** The reference that an event carries. */
export function referenceTo(object: StoredObject): { readonly apiVersion: string; readonly kind: string; readonly namespace: string | undefined; readonly name: string; readonly uid: string } {
  const { namespace, name, uid } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid };
}
