import { kindFacts, keyOf, keyText } from '../model/object.ts';
import type { KindName, StoredObject } from '../model/object.ts';
import { invalid } from '../model/errors.ts';
import type { FieldError } from '../model/errors.ts';
import { sameValue } from '../lib/same-value.ts';
import type { Precondition, Write } from '../store/store.ts';
import type { AdmissionContext } from './admission/admission-rule.ts';
import { admissionRules } from './admission/index.ts';
import { sameContent } from './object-parts.ts';
import type { Refusal } from './stage-request.ts';
import type { Entry } from './staging.ts';
import { sizeErrors, validateObject } from './validate-object.ts';
import { isReadyToGo } from './verbs/plan-deletion.ts';

/** What a request writes when it is found good. */
export interface FinishedRequest {
  /** What becomes of every touched object. `before` and `after` are the very same where nothing changes. */
  readonly entries: readonly Entry[];
  readonly writes: readonly Write[];
  readonly preconditions: readonly Precondition[];
}

/**
 * Completes a staged request: objects that nothing holds back go, admission has its say, every object is validated (what admission
 * stages beside them is right by construction, and comes after them). Returns what to write, without objects
 * that are as before; refusals list what is invalid. Throws FORBIDDEN where a rule of the cluster is against it.
 */
export function finishRequest(context: AdmissionContext): FinishedRequest & { readonly refusals: readonly Refusal[] } {
  const { staging } = context;
  for (const { after, change } of staging.entries()) if (after && isReadyToGo(after)) staging.remove(after, change);
  const requested = staging.entries();
  const refusals = requested.flatMap((entry) => refusal(entry, admit(entry, context)));
  const finished = staging.entries().map(settle);
  refusals.push(...finished.slice(0, requested.length).flatMap((entry) => (entry.after && entry.after !== entry.before ? refusal(entry, entry.isChecked ? sizeErrors(entry.after) : validateObject(entry.after, entry.before)) : [])));
  const writes = finished.flatMap(writeOf);
  return { entries: finished, writes, preconditions: preconditionsOf(writes), refusals };
}

function admit(entry: Entry, context: AdmissionContext): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const rule of admissionRules) {
    if (!rule.kinds.includes(entry.key.kind)) continue;
    const current = context.staging.entry(entry.key) ?? entry;
    const admitted = rule.admit(current, context);
    if (admitted.object) context.staging.put(admitted.object, entry.change);
    errors.push(...admitted.errors ?? []);
  }
  return errors;
}

function refusal(entry: Entry, fields: readonly FieldError[]): Refusal[] {
  return fields.length === 0 ? [] : [{ change: entry.change, error: invalid(entry.key, fields) }];
}

/** The generation counts changes of content; an object that is as it was stays the very same. */
function settle(entry: Entry): Entry {
  const { before, after } = entry;
  if (!before || !after) return entry;
  if (sameValue(before, after)) return { ...entry, after: before };
  const generation = before.metadata.generation + (sameContent(before, after) ? 0 : 1);
  return { ...entry, after: { ...after, metadata: { ...after.metadata, generation } } };
}

function writeOf({ before, after, last }: Entry): Write[] {
  if (before === after) return [];
  if (!before) return after ? [{ type: 'create', object: after }] : [];
  const expected = Number(before.metadata.resourceVersion);
  return [after ? { type: 'update', object: after, expected } : { type: 'delete', object: last, expected }];
}

function preconditionsOf(writes: readonly Write[]): readonly Precondition[] {
  const created = writes.filter((write) => write.type === 'create').map((write): StoredObject => write.object);
  const made = new Set(created.map((object) => keyText(keyOf(object))));
  const namespaces = new Set(created.filter((object) => kindFacts[object.kind as KindName].namespaced).map((object) => object.metadata.namespace ?? ''));
  return [...namespaces].filter((name) => !made.has(keyText({ kind: 'Namespace', namespace: '', name }))).map((name) => ({ type: 'namespace-active', name }));
}
