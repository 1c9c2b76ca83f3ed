import { ApiError, describe, invalid, notFound } from '../model/errors.ts';
import type { ErrorCode, ErrorSubject } from '../model/errors.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { ObjectKey, StoredObject } from '../model/object.ts';
import type { ChangeSet, Precondition, Revision, Write } from './store.ts';

/** A change set made ready for a batch. */
export interface PreparedSet {
  readonly set: ChangeSet;
  /** Texts of the keys it writes. */
  readonly written: readonly string[];
  /** Texts of the keys that it requires something of but does not write. */
  readonly required: readonly string[];
  /** The written objects as JSON; no line breaks. */
  readonly bodies: readonly string[];
  readonly bytes: number;
}

/** The most that one batch takes, unless its first set alone is larger. */
export interface BatchLimits {
  readonly sets: number;
  readonly bytes: number;
}

/** What the database says of a batch. */
export interface BatchAnswer {
  readonly from: Revision;
  readonly to: Revision;
  readonly failures: readonly { readonly i: number; readonly s: number; readonly code: ErrorCode; readonly revision: Revision | null }[] | null;
}

/** What became of one set of a batch. */
export type SetOutcome = { readonly revision: Revision } | { readonly error: ApiError };

/** Throws INVALID for text that no database can keep. */
export function prepareSet(set: ChangeSet): PreparedSet {
  const bodies = set.writes.map(({ object }) => bodyOf(object));
  const written = set.writes.map(({ object }) => keyText(keyOf(object)));
  const required = (set.preconditions ?? []).map((each) => keyText(requiredKey(each)));
  return { set, written, required, bodies, bytes: bodies.reduce((sum, body) => sum + body.length, 0) };
}

/**
 * Chooses the sets of the next batch, in order of arrival. A set waits if it touches a key that an earlier set, taken or waiting, writes, or writes a key
 * that one requires: inside a batch all sets are judged by the same state. Never takes none while there are any.
 */
export function planBatch<S extends PreparedSet>(queue: readonly S[], limits: BatchLimits): { readonly taken: readonly S[]; readonly waiting: readonly S[] } {
  const taken: S[] = [];
  const waiting: S[] = [];
  const written = new Set<string>();
  const required = new Set<string>();
  let bytes = 0;
  for (const [at, each] of queue.entries()) {
    const isFull = taken.length > 0 && (taken.length >= limits.sets || bytes + each.bytes > limits.bytes);
    if (isFull) return { taken, waiting: [...waiting, ...queue.slice(at)] };
    const mustWait = each.written.some((key) => written.has(key) || required.has(key)) || each.required.some((key) => written.has(key));
    if (mustWait) waiting.push(each);
    else {
      taken.push(each);
      bytes += each.bytes;
    }
    for (const key of each.written) written.add(key);
    for (const key of each.required) required.add(key);
  }
  return { taken, waiting };
}

/** Sets in the order in which they get revisions: those that write first. */
export function orderSets<S extends PreparedSet>(sets: readonly S[]): readonly S[] {
  return [...sets.filter(({ set }) => set.writes.length > 0), ...sets.filter(({ set }) => set.writes.length === 0)];
}

type Check =
  | { readonly write: Write }
  | { readonly precondition: Precondition }
  | { readonly lease: string; readonly epoch: number };

/** The arguments of `gantry_commit` for ordered sets. */
export function encodeBatch(sets: readonly PreparedSet[]): { readonly writingSets: number; readonly checks: string; readonly log: string; readonly bodies: string } {
  const log = sets.flatMap(({ set }, s) => set.writes.map((write, o) => ({ s, o, ...keyOf(write.object), t: changeType(write), a: set.actor })));
  const checks = checksOf(sets).map(({ s, check }, i) => ({ i, s, ...encodeCheck(check) }));
  return { writingSets: sets.filter(({ set }) => set.writes.length > 0).length, checks: JSON.stringify(checks), log: JSON.stringify(log), bodies: sets.flatMap(({ bodies }) => bodies).join('\n') };
}

/** What the database's answer means for each of the ordered sets. */
export function decodeAnswer(sets: readonly PreparedSet[], answer: BatchAnswer): readonly SetOutcome[] {
  const checks = checksOf(sets);
  const failures = new Map<number, ApiError>();
  for (const { i, s, code, revision } of [...(answer.failures ?? [])].sort((a, b) => b.i - a.i)) {
    const check = checks[i]?.check;
    if (check !== undefined) failures.set(s, explain(check, code, revision));
  }
  let revision = answer.from;
  return sets.map(({ set }, s) => {
    const error = failures.get(s);
    if (error !== undefined) return { error };
    return { revision: set.writes.length > 0 ? ++revision : revision };
  });
}

/** How a write appears in the log. */
export function changeType(write: Write): 'ADDED' | 'MODIFIED' | 'DELETED' {
  return ({ create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const)[write.type];
}

function checksOf(sets: readonly PreparedSet[]): readonly { readonly s: number; readonly check: Check }[] {
  return sets.flatMap(({ set }, s) => [
    ...(set.fence === undefined ? [] : [{ s, check: { lease: set.fence.lease, epoch: set.fence.epoch } }]),
    ...(set.preconditions ?? []).map((precondition) => ({ s, check: { precondition } })),
    ...set.writes.map((write) => ({ s, check: { write } })),
  ]);
}

function encodeCheck(check: Check): Readonly<Record<string, unknown>> {
  if ('lease' in check) return { t: 'f', name: check.lease, e: check.epoch };
  if ('precondition' in check) {
    const { precondition } = check;
    return { ...requiredKey(precondition), ...(precondition.type === 'unchanged' ? { t: 'x', e: precondition.revision } : { t: 'n' }) };
  }
  const { write } = check;
  const head = { ...keyOf(write.object), uid: write.object.metadata.uid, d: isDeleting(write.object) };
  if (write.type === 'create') return { t: 'c', ...head };
  return { t: write.type === 'update' ? 'u' : 'd', ...head, e: write.expected };
}

function requiredKey(precondition: Precondition): ObjectKey {
  return precondition.type === 'unchanged' ? precondition.key : { kind: 'Namespace', namespace: '', name: precondition.name };
}

/** A namespace in this state takes no new objects. */
function isDeleting(object: StoredObject): boolean {
  return object.metadata.deletionTimestamp != null || (object.status as { phase?: unknown } | undefined)?.phase === 'Terminating';
}

function explain(check: Check, code: ErrorCode, found: Revision | null): ApiError {
  if ('lease' in check) return new ApiError('FORBIDDEN', `lease "${check.lease}" has been taken over: epoch ${check.epoch} is over`);
  const key: ErrorSubject = 'write' in check ? keyOf(check.write.object) : requiredKey(check.precondition);
  if (code === 'NOT_FOUND') return notFound(key);
  if (code === 'ALREADY_EXISTS') return new ApiError(code, `${describe(key)} already exists`, { subject: key });
  if (code === 'FORBIDDEN') return new ApiError(code, `${describe(key)} is being deleted and takes no new objects`, { subject: key });
  const expected = 'write' in check ? (check.write.type === 'create' ? undefined : check.write.expected) : check.precondition.type === 'unchanged' ? check.precondition.revision : undefined;
  const now = found === null ? 'it is gone' : found === expected ? 'it is another object of the same name' : `it is at revision ${found}`;
  return new ApiError('CONFLICT', `${describe(key)} was changed by someone else: revision ${String(expected)} was expected, ${now}; read it again`, { subject: key });
}

/** JSON.stringify writes half a surrogate pair and U+0000 as escapes, which PostgreSQL refuses. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function bodyOf(object: StoredObject): string {
  const body = JSON.stringify(object);
  if (unstorable.test(body)) throw invalid(keyOf(object), [{ path: '', message: 'holds a character that cannot be stored: U+0000 or half of a surrogate pair' }]);
  return body;
}
