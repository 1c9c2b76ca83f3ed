import { invalid } from '../../model/errors.ts';
import type { KindName, ObjectMeta, StoredObject } from '../../model/object.ts';
import { keyOf } from '../../model/object.ts';
import { contentFor, isStandalonePatch } from '../any-kind.ts';
import { mergePatch } from '../merge-patch.ts';
import { contentOf, withParts, writableParts } from '../object-parts.ts';
import type { WritableParts } from '../object-parts.ts';
import { takeOwnership } from '../ownership/take-ownership.ts';
import type { Target } from '../registry.ts';
import { inputType } from '../schema/input-schema.ts';
import { missingFields } from '../schema/missing-fields.ts';
import { foldStringData } from './fold-string-data.ts';
import { resolveTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/** What a patch may hold, as code sees it that treats all kinds alike. At run time it may hold nulls. */
export interface AnyPatch {
  readonly metadata?: Partial<ObjectMeta> | { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined } | undefined;
  readonly [field: string]: unknown;
}

/** Changes parts of an object: null removes, an absent field stays, lists are replaced; what is missing then gets its default. Throws NOT_FOUND, CONFLICT or INVALID. */
export function stagePatch(kind: KindName, target: Target, patch: object, context: VerbContext): StagedChange {
  const { uid, resourceVersion, ...metadata } = (patch as AnyPatch).metadata ?? {};
  const previous = resolveTarget(kind, { ...target, uid: target.uid ?? uid, resourceVersion: target.resourceVersion ?? resourceVersion }, context.staging);
  const folded = foldStringData(kind, { ...patch, metadata });
  const merged = mergePatch(writableParts(previous), folded) as WritableParts;
  const errors = missingFields(inputType(`${kind}Input`), merged, folded);
  if (errors.length > 0) throw invalid(keyOf(previous), errors);
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = merged.metadata as Partial<ObjectMeta>;
  const next = withParts(previous, { labels, annotations, finalizers, ownerReferences }, contentAfter(previous, merged, folded));
  context.staging.put(takeOwnership(next, previous, context), context.change);
  return { key: keyOf(previous), previous };
}

function contentAfter(previous: StoredObject, merged: WritableParts, patch: Readonly<Record<string, unknown>>): object {
  if (Object.keys(patch).length === 1) return contentOf(previous);
  if (!isStandalonePatch(previous.kind as KindName, patch)) return contentFor(previous, merged);
  const { metadata: _metadata, ...content } = merged;
  return content;
}
