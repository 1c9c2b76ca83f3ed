import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Sql } from './connection.ts';
import type { Revision } from './store.ts';

/** How much of the change log is kept; what is over either limit goes. */
export interface RetentionLimits {
  readonly ageMs: number;
  readonly revisions: number;
  /** How often the log is looked at. */
  readonly everyMs: number;
}

const stepRevisions = 2_000;
const retentionLock = 72_707_370;

/** Prunes the log now and then; where several servers do, one at a time works. Failures are logged and tried again the next time. */
export function keepLogShort(sql: Sql, limits: RetentionLimits, clock: Clock, logger: Pick<Logger, 'warn' | 'debug'>): AsyncDisposable {
  let cancel: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();
  const again = (): void => {
    cancel = clock.after(limits.everyMs, () => {
      running = pruneLog(sql, limits).then(
        (removed) => logger.debug({ removed }, 'store: pruned the change log'),
        (error: unknown) => logger.warn({ err: error }, 'store: the change log could not be pruned'),
      ).then(again);
    });
  };
  again();
  return {
    [Symbol.asyncDispose]: async () => {
      cancel();
      await running;
      cancel();
    },
  };
}

/** Removes what is over the limits, in steps that each hold the revision row for a moment only. Returns how many changes went. */
export async function pruneLog(sql: Sql, limits: Pick<RetentionLimits, 'ageMs' | 'revisions'>): Promise<number> {
  let removed = 0;
  for (let left = 1; left > 0; ) {
    const step = await sql.begin(async (transaction) => {
      const [lock] = await transaction<{ mine: boolean }[]>`SELECT pg_try_advisory_xact_lock(${retentionLock}) AS mine`;
      if (lock?.mine !== true) return { removed: 0, left: 0 };
      const { horizon, target } = await findHorizon(transaction as unknown as Sql, limits);
      if (target <= horizon) return { removed: 0, left: 0 };
      const next = Math.min(target, horizon + stepRevisions);
      const [row] = await transaction<{ removed: number }[]>`SELECT gantry_prune(${next}) AS removed`;
      return { removed: row?.removed ?? 0, left: target - next };
    });
    removed += step.removed;
    left = step.left;
  }
  await sql`DELETE FROM writer WHERE at < now() - interval '1 day'`;
  await sql`DELETE FROM lease WHERE starts_with(name, 'node/') AND renewed_at < now() - interval '1 hour'
             AND NOT EXISTS (SELECT 1 FROM object WHERE kind = 'Node' AND namespace = '' AND object.name = substr(lease.name, 6))`;
  return removed;
}

/** Reads the log from the horizon on until the first change young enough, so the cost is in what will go. */
async function findHorizon(sql: Sql, limits: Pick<RetentionLimits, 'ageMs' | 'revisions'>): Promise<{ readonly horizon: Revision; readonly target: Revision }> {
  const [row] = await sql<{ value: Revision; horizon: Revision; kept: Revision | null }[]>`
    SELECT r.value, r.horizon, (SELECT c.revision FROM change c
                                 WHERE c.revision > r.horizon AND c.at >= clock_timestamp() - ${limits.ageMs}::float8 * interval '1 millisecond'
                                 ORDER BY c.revision LIMIT 1) AS kept
      FROM revision r WHERE r.id = 1`;
  if (row === undefined) throw new Error('the table revision is empty');
  const byAge = row.kept === null ? row.value : row.kept - 1;
  return { horizon: row.horizon, target: Math.max(byAge, row.value - limits.revisions) };
}
