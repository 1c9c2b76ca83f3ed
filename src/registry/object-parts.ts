import { sameValue } from '../lib/same-value.ts';
import { kindFacts } from '../model/object.ts';
import type { KindName, ObjectMeta, StoredObject } from '../model/object.ts';

/** The metadata that clients may write on an existing object. */
export const writableMetadata = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;
type WritableMetadata = Pick<ObjectMeta, (typeof writableMetadata)[number]>;

/** What a client may write of an existing object: its content and parts of its metadata. */
export interface WritableParts {
  readonly metadata: WritableMetadata;
  readonly [field: string]: unknown;
}

/** What an object holds besides apiVersion, kind, metadata and status. */
export function contentOf(object: StoredObject): Readonly<Record<string, unknown>> {
  const fields = object as unknown as Readonly<Record<string, unknown>>, content: Record<string, unknown> = {};
  for (const field of kindFacts[object.kind as KindName].fields) if (fields[field] !== undefined) content[field] = fields[field];
  return content;
}

/** Whether two states of an object hold the same content. */
export function sameContent(one: StoredObject, other: StoredObject): boolean {
  const [left, right] = [one as unknown as Readonly<Record<string, unknown>>, other as unknown as Readonly<Record<string, unknown>>];
  for (const field of kindFacts[one.kind as KindName].fields) if (!sameValue(left[field], right[field])) return false;
  return true;
}

/** What a client may write of this object. */
export function writableParts(object: StoredObject): WritableParts {
  const { labels, annotations, finalizers, ownerReferences } = object.metadata;
  return { metadata: { labels, annotations, finalizers, ownerReferences }, ...contentOf(object) };
}

/** An object with other metadata and content, and its status untouched. */
export function withParts(object: StoredObject, metadata: Partial<ObjectMeta>, content: object): StoredObject {
  const { apiVersion, kind, status } = object;
  return { apiVersion, kind, metadata: { ...object.metadata, ...metadata }, ...content, ...(status === undefined ? {} : { status }) };
}
