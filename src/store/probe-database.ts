import pg from 'pg';
import type { DatabaseAddress, DatabaseProbe } from './database-address.ts';

const probeWithinMs = 2_000;
/** No such database, no such user, wrong password: waiting does not help. */
const refusals: ReadonlySet<string> = new Set(['3D000', '28000', '28P01']);

/** Logs in to one server and asks whether it takes writes; never rejects. */
export async function probeDatabase(address: DatabaseAddress): Promise<DatabaseProbe> {
  const client = new pg.Client({ connectionString: address.url, application_name: 'gantry probe', connectionTimeoutMillis: probeWithinMs, query_timeout: probeWithinMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows: [row] } = await client.query<{ writes: boolean; wal: string | null }>(
      `SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writes, CASE WHEN NOT pg_is_in_recovery() THEN pg_walfile_name(pg_current_wal_lsn()) END AS wal`);
    return { address, answer: { takesWrites: row?.writes === true, timeline: Number.parseInt(row?.wal?.slice(0, 8) ?? '0', 16) } };
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    return { address, answer: undefined, problem: message || code || String(error), isRefusal: code !== undefined && refusals.has(code) };
  } finally {
    // A server that hangs does not answer a goodbye either.
    void client.end().catch(() => undefined);
  }
}
