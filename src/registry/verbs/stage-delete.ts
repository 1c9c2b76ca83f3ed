import { keyOf } from '../../model/object.ts';
import type { KindName } from '../../model/object.ts';
import { definitionOf } from '../any-kind.ts';
import type { DeleteOptions, Target } from '../registry.ts';
import { planDeletion } from './plan-deletion.ts';
import { resolveTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/** Marks an object for deletion. Whether it goes at once is decided when the whole request is known: see `isReadyToGo`. Throws NOT_FOUND or CONFLICT. */
export function stageDelete(kind: KindName, target: Target, options: DeleteOptions | undefined, context: VerbContext): StagedChange {
  const previous = resolveTarget(kind, target, context.staging);
  const next = planDeletion(previous, options ?? {}, definitionOf(kind).defaultPropagation, context.nowMs);
  context.staging.put(next, context.change);
  return { key: keyOf(previous), previous };
}
