import type pg from 'pg';
import type { LogEntry } from '../history.ts';
import { namespace } from './workload.ts';

interface Row {
  readonly revision: string;
  readonly ordinal: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: LogEntry['type'];
  readonly body: string | null;
  readonly actor: string;
}

const page = 2_000;

/** The database's own log after a revision, in the order of its key; at most a page of revisions. */
export async function readLog(database: pg.Client, after: number): Promise<readonly LogEntry[]> {
  const { rows } = await database.query<Row>(
    `SELECT revision, ordinal, kind, namespace, name, type, actor, CASE WHEN namespace = $3 THEN body END AS body
       FROM change WHERE revision > $1 AND revision <= $2 ORDER BY revision, ordinal`, [after, after + page, namespace]);
  return rows.map(({ revision, ordinal, kind, namespace: space, name, type, actor, body }) => ({
    revision: Number(revision), ordinal, key: `${kind}/${space}/${name}`, type, actor, ...(body !== null && kind === 'ConfigMap' ? { value: valueOf(body) } : {}),
  }));
}

/** The newest revision. */
export async function newestRevision(database: pg.Client): Promise<number> {
  const { rows: [row] } = await database.query<{ value: string }>('SELECT value FROM revision WHERE id = 1');
  return Number(row?.value);
}

function valueOf(body: string): string {
  return (JSON.parse(body) as { data?: { value?: string } }).data?.value ?? '';
}
