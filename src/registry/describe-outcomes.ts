import { sameValue } from '../lib/same-value.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { StoredObject } from '../model/object.ts';
import type { FinishedRequest } from './finish-request.ts';
import type { Outcome } from './registry.ts';
import type { StagedStep } from './stage-request.ts';
import type { Entry } from './staging.ts';

/** What became of every change, in order. `committed` are the written objects as stored; without it (a dry run) the objects are shown as they would be. */
export function describeOutcomes(steps: readonly StagedStep[], finished: FinishedRequest, committed: readonly StoredObject[]): readonly Outcome[] {
  const entries = new Map(finished.entries.map((entry) => [keyText(entry.key), entry] as const));
  const stored = new Map(committed.map((object) => [keyText(keyOf(object)), object] as const));
  return steps.flatMap((step): Outcome[] => {
    const entry = entries.get(keyText(step.key));
    const object = stored.get(keyText(step.key)) ?? entry?.after ?? entry?.last ?? step.next;
    return object ? [{ operation: operationOf(step, entry), object, ...(step.previous ? { previous: step.previous } : {}) }] : [];
  });
}

function operationOf(step: StagedStep, entry: Entry | undefined): Outcome['operation'] {
  const isDeletion = step.verb === 'delete' || step.verb === 'evict';
  const isSame = !entry || (entry.before !== undefined && entry.before === entry.after) || (step.previous !== undefined && sameValue(step.previous, step.next));
  if (entry && !entry.after && (isDeletion || !isSame)) return 'DELETED';
  if (isSame) return 'UNCHANGED';
  if (isDeletion) return 'DELETED';
  return step.previous ? 'UPDATED' : 'CREATED';
}
