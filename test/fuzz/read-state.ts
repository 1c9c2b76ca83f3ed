import pg from 'pg';
import type { StoreState } from './check-changes.ts';

/** Reads what a store holds, past the server. */
export interface StateReader extends AsyncDisposable {
  read(): Promise<StoreState>;
}

/** Tables whose rows no revision tells of. */
const beside = ['credential', 'lease', 'audit_entry'];

/** Connects to the store's database. */
export async function readStateOf(databaseUrl: string): Promise<StateReader> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const sums = beside.map((table) => `(SELECT count(*) || '/' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM ${table} t)`);
  return {
    read: async () => {
      const { rows: [row] } = await client.query<{ revision: string; beside: string }>(`SELECT value AS revision, concat_ws(' ', ${sums.join(', ')}) AS beside FROM revision WHERE id = 1`);
      return { revision: Number(row?.revision), beside: row?.beside ?? '' };
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
