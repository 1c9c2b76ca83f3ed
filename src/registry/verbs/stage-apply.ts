import { formatTime } from '../../lib/clock.ts';
import { sameValue } from '../../lib/same-value.ts';
import { ApiError, describe, invalid, notFound } from '../../model/errors.ts';
import type { ErrorSubject } from '../../model/errors.ts';
import type { KindName, ObjectKey, ObjectMeta, StoredObject } from '../../model/object.ts';
import { contentFor } from '../any-kind.ts';
import { withoutNulls } from '../merge-patch.ts';
import { withParts, writableParts } from '../object-parts.ts';
import type { WritableParts } from '../object-parts.ts';
import { findConflicts, ownersAfter, planApply } from '../ownership/plan-apply.ts';
import type { ApplyRequest, OwnershipConflict } from '../ownership/plan-apply.ts';
import type { Target } from '../registry.ts';
import { checkInput } from '../schema/check-input.ts';
import { leavesOf } from '../schema/leaves.ts';
import { shapeOf } from '../schema/shape.ts';
import { foldStringData } from './fold-string-data.ts';
import { stageCreate } from './stage-create.ts';
import type { AnyInput } from './stage-create.ts';
import type { AnyPatch } from './stage-patch.ts';
import { findTarget, keyOfTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/** Who applies, and whether it takes over fields of others. */
export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
}

/**
 * Makes the given fields as given, and the manager their owner; makes the object where there is none. Fields that the manager owned and now leaves out go,
 * unless someone else owns them too. Throws CONFLICT that names every field of another manager that would change, and that manager, unless forced.
 */
export function stageApply(kind: KindName, target: Target, input: object, options: ApplyOptions, context: VerbContext): StagedChange {
  const key = keyOfTarget(kind, target);
  if (options.fieldManager === '') throw invalid(key, [{ path: 'fieldManager', message: 'is required: a name for the one who applies, such as "deploy-script"' }]);
  const { uid, resourceVersion, ...metadata } = (input as AnyPatch).metadata ?? {};
  const wanted = withoutNulls(foldStringData(kind, { ...input, metadata })) as WritableParts;
  const demanded = { uid: target.uid ?? uid, resourceVersion: target.resourceVersion ?? resourceVersion };
  const found = context.staging.at(key);
  if (found) applyTo(findTarget(key, demanded, context.staging), wanted, options, context);
  else if (demanded.uid !== undefined || demanded.resourceVersion !== undefined) throw notFound(key);
  else createOwned(key, wanted, options, context);
  return { key, previous: found };
}

function applyTo(live: StoredObject, wanted: WritableParts, options: ApplyOptions, context: VerbContext): void {
  const { kind, namespace, name } = { kind: live.kind as KindName, ...live.metadata };
  const request: ApplyRequest = { shape: shapeOf(kind), live: writableParts(live), wanted, manager: options.fieldManager, owners: live.metadata.managedFields };
  const { parts, owned } = planApply(request);
  const errors = checkInput(kind, parts);
  if (errors.length > 0) throw invalid({ kind, namespace, name }, errors);
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = (parts as { readonly metadata: Partial<ObjectMeta> }).metadata;
  const next = withParts(live, { labels, annotations, finalizers, ownerReferences }, contentFor(live, parts as object));
  const conflicts = findConflicts(request, owned, writableParts(next));
  if (conflicts.length > 0 && !options.force) throw ownershipConflict({ kind, namespace, name }, conflicts);
  const managedFields = ownersAfter(request, owned, conflicts, formatTime(context.nowMs));
  context.staging.put({ ...next, metadata: { ...next.metadata, managedFields: sameValue(managedFields, live.metadata.managedFields) ? live.metadata.managedFields : managedFields } }, context.change);
}

function createOwned(key: ObjectKey, wanted: WritableParts, { fieldManager }: ApplyOptions, context: VerbContext): void {
  const input = { ...wanted, metadata: { ...wanted.metadata, name: key.name, ...(key.namespace ? { namespace: key.namespace } : {}) } };
  const errors = checkInput(key.kind, input);
  if (errors.length > 0) throw invalid(key, errors);
  stageCreate(key.kind, input as AnyInput, context);
  const made = context.staging.at(key);
  const fields = [...leavesOf(shapeOf(key.kind), wanted).keys()].sort();
  if (made && fields.length > 0) {
    context.staging.put({ ...made, metadata: { ...made.metadata, managedFields: [{ manager: fieldManager, fields, time: formatTime(context.nowMs) }] } }, context.change);
  }
}

function ownershipConflict(subject: ErrorSubject, conflicts: readonly OwnershipConflict[]): ApiError {
  const list = conflicts.map(({ manager, path }) => `"${manager}" owns ${path}`).join('; ');
  return new ApiError('CONFLICT', `${describe(subject)} has fields that another manager owns: ${list}; leave them out, use its values, or force to take them over`,
    { subject, fields: conflicts.map(({ manager, path }) => ({ path, message: `is owned by "${manager}"` })) });
}
