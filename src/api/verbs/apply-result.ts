import type { StoredObject } from '../../model/object.ts';
import { diffObjects } from '../../registry/diff.ts';
import type { FieldChange } from '../../registry/diff.ts';
import type { Outcome, RequestOutcome } from '../../registry/registry.ts';
import type { Revision } from '../../store/store.ts';

/** What became of one object; see ApplyResult in the schema. */
export interface ApplyResult {
  readonly operation: Outcome['operation'];
  readonly object: StoredObject;
  readonly changes: readonly FieldChange[];
}

/** Outcomes as the API shows them. */
export function applyResults({ outcomes, revision }: RequestOutcome): { readonly results: readonly ApplyResult[]; readonly revision: Revision | undefined } {
  return { results: outcomes.map(({ operation, object, previous }) => ({ operation, object, changes: operation === 'UNCHANGED' ? [] : diffObjects(previous, object) })), revision };
}
