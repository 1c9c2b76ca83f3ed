import { validateMetadata } from '../model/check-metadata.ts';
import type { FieldError } from '../model/errors.ts';
import { kindFacts } from '../model/object.ts';
import type { KindName, StoredObject } from '../model/object.ts';
import { sameValue } from '../lib/same-value.ts';
import { isClaim } from './admission/claims.ts';
import { definitionOf } from './any-kind.ts';
import { sameContent } from './object-parts.ts';
import { jsonBytesAtMost } from './json-bytes.ts';

/** Bytes that one object may take as JSON: 1.5 MiB. */
export const maxObjectBytes = 1.5 * 1024 * 1024;

/** Everything that is wrong with storing an object in place of what was there: the rules of all kinds, then those of its own. Only what changed is checked. */
export function validateObject(next: StoredObject, previous: StoredObject | undefined): readonly FieldError[] {
  const definition = definitionOf(next.kind as KindName);
  const metadataChanged = !sameValue(next.metadata, previous?.metadata), contentChanged = !previous || !sameContent(next, previous);
  const statusChanged = previous !== undefined && !sameValue(next.status, previous.status);
  return [
    ...(metadataChanged ? metadataErrors(next, previous) : []),
    ...sizeErrors(next),
    ...(contentChanged ? definition.validate(next) : []),
    ...(contentChanged && previous ? definition.validateUpdate(next, previous) : []),
    ...(statusChanged ? definition.validateStatus?.(next.status, previous.status) ?? [] : []),
  ];
}

function metadataErrors(next: StoredObject, previous: StoredObject | undefined): readonly FieldError[] {
  const kind = next.kind as KindName;
  return [
    ...validateMetadata(next.metadata, definitionOf(kind).nameRule, kindFacts[kind].namespaced),
    ...ownerScopeErrors(next),
    ...(previous?.metadata.deletionTimestamp === undefined ? [] : addedFinalizers(next, previous).map((name) => (
      { path: 'metadata.finalizers', message: `"${name}" can't be added: the object is being deleted` }))),
  ];
}

/** Owners have no namespace of their own: they are in the object's, or in none. */
function ownerScopeErrors(object: StoredObject): readonly FieldError[] {
  if (object.metadata.namespace !== undefined || isClaim(object.kind)) return [];
  return object.metadata.ownerReferences.flatMap(({ kind, name }, i) => (kind in kindFacts && kindFacts[kind as KindName].namespaced
    ? [{ path: `metadata.ownerReferences[${i}]`, message: `${kind} "${name}" lives in a namespace and can't own an object that belongs to none` }] : []));
}

function addedFinalizers(next: StoredObject, previous: StoredObject): readonly string[] {
  return next.metadata.finalizers.filter((name) => !previous.metadata.finalizers.includes(name));
}

/** What is wrong with an object's size. */
export function sizeErrors(object: StoredObject): readonly FieldError[] {
  if (jsonBytesAtMost(object) <= maxObjectBytes) return [];
  const bytes = Buffer.byteLength(JSON.stringify(object));
  return bytes > maxObjectBytes ? [{ path: '', message: `the object takes ${bytes} bytes; must be at most ${maxObjectBytes}` }] : [];
}
