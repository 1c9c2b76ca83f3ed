import { invalid } from '../../model/errors.ts';
import type { KindName } from '../../model/object.ts';
import { contentFor } from '../any-kind.ts';
import { withParts } from '../object-parts.ts';
import { takeOwnership } from '../ownership/take-ownership.ts';
import { headErrors } from './stage-create.ts';
import type { AnyInput } from './stage-create.ts';
import { findTarget, keyOfTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/**
 * Replaces all that a client may write of an object: content, labels, annotations, finalizers and owners; what the input leaves out is removed or gets its
 * default. The status stays. Throws INVALID (also without resourceVersion), NOT_FOUND, or CONFLICT when the resourceVersion or uid is another.
 */
export function stageUpdate(kind: KindName, input: AnyInput, context: VerbContext): StagedChange {
  const { metadata } = input;
  const subject = { kind, namespace: metadata.namespace, name: metadata.name };
  const errors = [
    ...headErrors(kind, input),
    ...(metadata.name ? [] : [{ path: 'metadata.name', message: 'is required' }]),
    ...(metadata.resourceVersion === undefined ? [{ path: 'metadata.resourceVersion', message: 'is required: give the one that the change is based on, or use patch' }] : []),
  ];
  if (errors.length > 0) throw invalid(subject, errors);
  const key = keyOfTarget(kind, { namespace: metadata.namespace, name: metadata.name ?? '' });
  const previous = findTarget(key, metadata, context.staging);
  const { labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = metadata;
  const next = withParts(previous, { labels, annotations, finalizers, ownerReferences }, contentFor(previous, input));
  context.staging.put(takeOwnership(next, previous, context), context.change);
  return { key, previous };
}
