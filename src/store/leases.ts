import { answered } from './connection.ts';
import type { Asker } from './lane.ts';
import type { Leases } from './store.ts';

const nodePrefix = 'node/';

/** Leases in the table `lease`; all times are the database's. The epoch is checked by `gantry_commit` under the name given here. */
export function createLeases(database: Asker): Leases {
  const renewals = gather((names) => renewNodes(database, names));
  return {
    acquire: async (name, holder, durationMs) => {
      const [row] = await database.ask((sql) => sql<{ epoch: number | null; left: number | null }[]>`
        SELECT gantry_acquire(${name}, ${holder}, ${durationMs}) AS epoch,
               (SELECT extract(epoch FROM renewed_at - clock_timestamp())::float8 * 1000 + duration_ms FROM lease WHERE name = ${name} AND holder IS NOT NULL) AS left`);
      return row?.epoch == null ? { epoch: undefined, othersForMs: Math.max(0, row?.left ?? 0) } : { epoch: row.epoch };
    },
    release: async (name, holder) => {
      await database.ask((sql) => sql`UPDATE lease SET holder = NULL WHERE name = ${name} AND holder = ${holder}`);
    },
    renewNode: (nodeName) => answered(renewals(nodeName)),
    nodeAges: async () => {
      const rows = await database.ask((sql) => sql<{ name: string; age: number }[]>`
        SELECT substr(name, ${nodePrefix.length + 1}::int) AS name, extract(epoch FROM clock_timestamp() - renewed_at)::float8 * 1000 AS age
          FROM lease WHERE starts_with(name, ${nodePrefix})`);
      return new Map(rows.map(({ name, age }) => [name, Math.max(0, age)]));
    },
    holder: async (name) => {
      const [row] = await database.ask((sql) => sql<{ holder: string }[]>`
        SELECT holder FROM lease WHERE name = ${name} AND holder IS NOT NULL AND renewed_at + duration_ms * interval '1 millisecond' > clock_timestamp()`);
      return row?.holder;
    },
  };
}

/** Names are sorted so that two servers never wait for each other's rows in a ring. A lost heartbeat costs nothing, so none waits for the disk. */
async function renewNodes(database: Asker, nodeNames: readonly string[]): Promise<number> {
  const names = nodeNames.map((name) => nodePrefix + name).sort();
  const [row] = await database.ask((sql) => sql<{ now: number }[]>`
    WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)), renewed AS (
      INSERT INTO lease (name, holder, epoch, duration_ms, renewed_at)
      SELECT name, 'node', 1, 40000, clock_timestamp() FROM json_array_elements_text(${JSON.stringify(names)}::text::json) AS name
      ON CONFLICT (name) DO UPDATE SET renewed_at = clock_timestamp())
    SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now FROM quick`);
  return row?.now ?? 0;
}

/** Runs one call at a time; names that come meanwhile go together into the next. */
export function gather<R>(run: (names: readonly string[]) => Promise<R>): (name: string) => Promise<R> {
  let names = new Set<string>();
  let next: Promise<R> | undefined;
  let current: Promise<unknown> = Promise.resolve();
  return (name) => {
    names.add(name);
    next ??= current.then(() => {
      const taken = [...names];
      names = new Set();
      next = undefined;
      const answer = run(taken);
      current = answer.catch(() => undefined);
      return answer;
    });
    return next;
  };
}
