import type { KindName, StoredObject } from '../../model/object.ts';
import { keyOf } from '../../model/object.ts';
import type { Target } from '../registry.ts';
import { completeStatus } from '../schema/complete-status.ts';
import { resolveTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/** Replaces the status that `transform` computes from the stored object; undefined leaves it. Nothing else of the object changes. Throws NOT_FOUND or CONFLICT. */
export function stageStatus(kind: KindName, target: Target, transform: (object: StoredObject) => unknown, context: VerbContext): StagedChange {
  const previous = resolveTarget(kind, target, context.staging);
  const status = transform(previous);
  if (status !== undefined) context.staging.put({ ...previous, status: completeStatus(kind, status) }, context.change);
  return { key: keyOf(previous), previous };
}
