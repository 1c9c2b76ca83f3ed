import { ApiError } from '../model/errors.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { StoredObject } from '../model/object.ts';
import type { Sql } from './connection.ts';
import type { Change, Revision } from './store.ts';

/** One line of the log; the state before is for the reader to know. */
export interface LoggedChange {
  readonly revision: Revision;
  readonly type: Change['type'];
  readonly object: StoredObject;
}

/** A stretch of the log, as of one moment. */
export interface LogPage {
  /** The newest revision at that moment. */
  readonly newest: Revision;
  /** All changes above this are in the log. */
  readonly horizon: Revision;
  readonly changes: readonly LoggedChange[];
}

interface Row {
  readonly newest: Revision;
  readonly horizon: Revision;
  readonly revision: Revision | null;
  readonly type: Change['type'];
  readonly body: string;
}

interface RowWithPrevious extends Row {
  readonly previous: string | null;
  readonly previous_revision: Revision | null;
}

/** Changes with `after < revision <= upTo`. */
export async function readLog(sql: Sql, after: Revision, upTo: Revision): Promise<LogPage> {
  const rows = await sql<Row[]>`
    SELECT r.value AS newest, r.horizon, c.revision, c.type, c.body
      FROM revision r LEFT JOIN change c ON c.revision > ${after} AND c.revision <= ${upTo}
     WHERE r.id = 1 ORDER BY c.revision, c.ordinal`;
  const [first] = rows;
  if (first === undefined) throw new Error('the table revision is empty');
  return { newest: first.newest, horizon: first.horizon, changes: rows.flatMap((row) => (row.revision === null ? [] : [{ revision: row.revision, type: row.type, object: parse(row.body, row.revision) }])) };
}

/** The same with the state before each change. Rejects with EXPIRED when the log no longer reaches back to `after`. */
export async function readChanges(sql: Sql, after: Revision, upTo: Revision): Promise<readonly Change[]> {
  const rows = await sql<RowWithPrevious[]>`
    SELECT r.value AS newest, r.horizon, c.revision, c.type, c.body, p.body AS previous, p.revision AS previous_revision
      FROM revision r
      LEFT JOIN change c ON c.revision > ${after} AND c.revision <= ${upTo}
      LEFT JOIN change p ON p.revision = c.previous AND p.revision <= ${after} AND p.kind = c.kind AND p.namespace = c.namespace AND p.name = c.name
     WHERE r.id = 1 ORDER BY c.revision, c.ordinal`;
  const horizon = rows[0]?.horizon ?? 0;
  if (after < horizon) throw new ApiError('EXPIRED', `revision ${after} is older than what is kept (${horizon}); start again from the current state`);
  const states = new Map<string, StoredObject>();
  return rows.flatMap((row) => {
    if (row.revision === null) return [];
    const object = parse(row.body, row.revision);
    const key = keyText(keyOf(object));
    const previous = states.get(key) ?? (row.previous === null || row.previous_revision === null ? undefined : parse(row.previous, row.previous_revision));
    if (row.type === 'DELETED') states.delete(key);
    else states.set(key, object);
    return [row.type === 'ADDED' ? { revision: row.revision, type: row.type, object } : { revision: row.revision, type: row.type, object, previous }];
  });
}

/** Every current object and the revision they are all of, as one statement sees them. */
export async function readAll(sql: Sql): Promise<{ readonly revision: Revision; readonly objects: readonly StoredObject[] }> {
  let newest: Revision | undefined;
  const objects: StoredObject[] = [];
  await sql<{ newest: Revision; revision: Revision | null; body: string }[]>`
    SELECT r.value AS newest, c.revision, c.body
      FROM revision r
      LEFT JOIN (object o JOIN change c ON c.revision = o.revision AND c.kind = o.kind AND c.namespace = o.namespace AND c.name = o.name) ON true
     WHERE r.id = 1`.forEach((row) => {
    newest = row.newest;
    if (row.revision !== null) objects.push(parse(row.body, row.revision));
  });
  if (newest === undefined) throw new Error('the table revision is empty');
  return { revision: newest, objects };
}

/** An object as it is after the commit that gave it this revision. */
export function atRevision(object: StoredObject, revision: Revision): StoredObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

function parse(body: string, revision: Revision): StoredObject {
  return atRevision(JSON.parse(body) as StoredObject, revision);
}
