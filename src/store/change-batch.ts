import { ApiError, describe, invalid, notFound } from '../model/errors.ts';
import type { ErrorCode } from '../model/errors.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { ObjectKey, StoredObject } from '../model/object.ts';
import { arrayText, betweenBodies } from './array-parameters.ts';
import type { ChangeSet, Revision, Write } from './store.ts';

/** What a batch tells the database of one write, precondition or fence. */
interface BatchItem {
  /** c create, u update, d delete; x still at a revision, n namespace in use, f fence. */
  readonly type: 'c' | 'u' | 'd' | 'x' | 'n' | 'f';
  /** Of a fence: the lease's name. */
  readonly key: ObjectKey;
  readonly uid: string;
  /** The revision that must be the stored one's; of a fence: the epoch. */
  readonly expected: Revision | null;
  /** Deletion was asked for: a namespace in this state takes no new objects. */
  readonly isDeleting: boolean;
  /** A write's number in its set, and the object as JSON. */
  readonly ordinal: number | null;
  readonly body: string | null;
}

/** A change set made ready for a batch. */
export interface PreparedSet {
  readonly set: ChangeSet;
  /** Fences, preconditions, writes. */
  readonly items: readonly BatchItem[];
  /** Texts of the keys it writes. */
  readonly written: readonly string[];
  /** Texts of the keys that it requires something of but does not write. */
  readonly required: readonly string[];
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
  const { fence, preconditions = [], writes } = set;
  const items: BatchItem[] = [], written: string[] = [], required: string[] = [];
  if (fence !== undefined) items.push(check('f', { kind: 'Node', namespace: '', name: fence.lease }, fence.epoch));
  for (const precondition of preconditions) {
    const item = precondition.type === 'unchanged' ? check('x', precondition.key, precondition.revision)
      : check('n', { kind: 'Namespace', namespace: '', name: precondition.name }, null);
    items.push(item);
    required.push(keyText(item.key));
  }
  let bytes = 0;
  for (const [ordinal, write] of writes.entries()) {
    const { object } = write, key = keyOf(object), body = bodyOf(object);
    items.push({ type: writeType[write.type], key, uid: object.metadata.uid, expected: write.type === 'create' ? null : write.expected, isDeleting: isDeleting(object), ordinal, body });
    written.push(keyText(key));
    bytes += body.length;
  }
  return { set, items, written, required, bytes };
}

const writeType = { create: 'c', update: 'u', delete: 'd' } as const;

function check(type: 'f' | 'x' | 'n', key: ObjectKey, expected: Revision | null): BatchItem {
  return { type, key, uid: '', expected, isDeleting: false, ordinal: null, body: null };
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

/** What a batch is, as arguments of `gantry_commit`: arrays as text, except for `bodies`, which stand between `betweenBodies`. */
export type BatchArguments = Readonly<Record<'sets' | 'types' | 'kinds' | 'namespaces' | 'names' | 'uids' | 'expected' | 'deletions' | 'ordinals' | 'bodies' | 'actors', string>> & {
  readonly writingSets: number;
};

/** The arguments for ordered sets. */
export function encodeBatch(sets: readonly PreparedSet[]): BatchArguments {
  const items = sets.flatMap((each) => each.items);
  return {
    writingSets: sets.filter(({ set }) => set.writes.length > 0).length,
    sets: arrayText(sets.flatMap((each, s) => each.items.map(() => s))),
    types: arrayText(items.map(({ type }) => type)),
    kinds: arrayText(items.map(({ key }) => key.kind)),
    namespaces: arrayText(items.map(({ key }) => key.namespace)),
    names: arrayText(items.map(({ key }) => key.name)),
    uids: arrayText(items.map(({ uid }) => uid)),
    expected: arrayText(items.map(({ expected }) => expected)),
    deletions: arrayText(items.map((item) => item.isDeleting)),
    ordinals: arrayText(items.map(({ ordinal }) => ordinal)),
    bodies: items.map(({ body }) => body ?? '').join(betweenBodies),
    actors: arrayText(sets.map(({ set }) => set.actor)),
  };
}

/** What the database's answer means for each of the ordered sets. */
export function decodeAnswer(sets: readonly PreparedSet[], answer: BatchAnswer): readonly SetOutcome[] {
  const failures = new Map<number, ApiError>();
  if (answer.failures !== null) {
    const items = sets.flatMap((each) => each.items);
    for (const { i, s, code, revision } of [...answer.failures].sort((a, b) => b.i - a.i)) failures.set(s, explain(items[i] as BatchItem, code, revision));
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

function isDeleting(object: StoredObject): boolean {
  return object.metadata.deletionTimestamp != null || (object.status as { phase?: unknown } | undefined)?.phase === 'Terminating';
}

function explain({ type, key, expected }: BatchItem, code: ErrorCode, found: Revision | null): ApiError {
  if (type === 'f') return new ApiError('FORBIDDEN', `lease "${key.name}" has been taken over: epoch ${String(expected)} is over`);
  if (code === 'NOT_FOUND') return notFound(key);
  if (code === 'ALREADY_EXISTS') return new ApiError(code, `${describe(key)} already exists`, { subject: key });
  if (code === 'FORBIDDEN') return new ApiError(code, `${describe(key)} is being deleted and takes no new objects`, { subject: key });
  const now = found === null ? 'it is gone' : found === expected ? 'it is another object of the same name' : `it is at revision ${found}`;
  return new ApiError('CONFLICT', `${describe(key)} was changed by someone else: revision ${String(expected)} was expected, ${now}; read it again`, { subject: key });
}

/** JSON.stringify writes half a surrogate pair and U+0000 as escapes, which PostgreSQL refuses. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

function bodyOf(object: StoredObject): string {
  const body = JSON.stringify(object);
  if (body.includes('\\u') && unstorable.test(body)) throw invalid(keyOf(object), [{ path: '', message: 'holds a character that cannot be stored: U+0000 or half of a surrogate pair' }]);
  return body;
}
