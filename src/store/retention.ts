import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Asker } from './lane.ts';

/** How much of the change log is kept; what is over either limit goes. */
export interface RetentionLimits {
  readonly ageMs: number;
  readonly revisions: number;
  /** How often the log is looked at. */
  readonly everyMs: number;
}

const stepRevisions = 2_000;
const retentionLock = 72_707_370;
/** Pruning may have to wait for commits, and a long log takes its time to read. */
const silentMs = 60_000;

/** Prunes the log now and then; where several servers do, one at a time works. Failures are logged and tried again the next time. */
export function keepLogShort(database: Asker, limits: RetentionLimits, clock: Clock, logger: Pick<Logger, 'warn' | 'debug'>): AsyncDisposable {
  let cancel: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();
  const again = (): void => {
    cancel = clock.after(limits.everyMs, () => {
      running = pruneLog(database, limits).then(
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
export async function pruneLog(database: Asker, limits: Pick<RetentionLimits, 'ageMs' | 'revisions'>): Promise<number> {
  let removed = 0;
  for (let left = 1; left > 0; ) {
    const step = await pruneStep(database, limits);
    removed += step.removed ?? 0;
    left = step.removed === null ? 0 : step.left;
  }
  await database.ask((sql) => sql`DELETE FROM writer WHERE at < now() - interval '1 day'`, silentMs);
  await database.ask((sql) => sql`DELETE FROM lease WHERE starts_with(name, 'node/') AND renewed_at < now() - interval '1 hour'
             AND NOT EXISTS (SELECT 1 FROM object WHERE kind = 'Node' AND namespace = '' AND object.name = substr(lease.name, 6))`, silentMs);
  return removed;
}

/** `removed` is null where nothing is to go, or another server is at it. Reads the log from the horizon on until the first change young enough, so the cost is in what will go. */
async function pruneStep(database: Asker, limits: Pick<RetentionLimits, 'ageMs' | 'revisions'>): Promise<{ readonly removed: number | null; readonly left: number }> {
  const [row] = await database.ask((sql) => sql<{ removed: number | null; left: number }[]>`
    WITH found AS MATERIALIZED (
      SELECT r.value, r.horizon, (SELECT c.revision FROM change c
                                   WHERE c.revision > r.horizon AND c.at >= clock_timestamp() - ${limits.ageMs}::float8 * interval '1 millisecond'
                                   ORDER BY c.revision LIMIT 1) AS kept
        FROM revision r WHERE r.id = 1),
    goal AS MATERIALIZED (SELECT horizon, greatest(coalesce(kept - 1, value), value - ${limits.revisions}::bigint) AS target FROM found)
    SELECT CASE WHEN target > horizon AND pg_try_advisory_xact_lock(${retentionLock}) THEN gantry_prune(least(target, horizon + ${stepRevisions}::int)) END AS removed,
           greatest(target - horizon - ${stepRevisions}::int, 0) AS left
      FROM goal`, silentMs);
  if (row === undefined) throw new Error('the table revision is empty');
  return row;
}
