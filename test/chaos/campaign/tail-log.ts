import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from '../cluster/database.ts';
import type { LogEntry, Written } from '../history.ts';
import { newestRevision, readLog } from './read-log.ts';

/** What was read of the log while it grew, and who was heard to write it. */
export interface Tail {
  readonly log: readonly LogEntry[];
  readonly writers: readonly Written[];
  /** Everything up to here was read. */
  readonly upTo: number;
  readonly ended: Promise<void>;
}

/**
 * Reads the log past all servers as it grows, each stretch once: what appears below what was read already is not in it, and the log read in one go at the
 * end will differ. Hears from notifications which server wrote which revisions; after each pause in hearing only of those it is sure of.
 */
export function tailLog(database: Pick<Database, 'connect'>, signal: AbortSignal): Tail {
  const log: LogEntry[] = [];
  const writers: Written[] = [];
  const state = { upTo: 0 };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const client = await database.connect().catch(() => undefined);
      if (client) await readOn(client).catch(() => undefined).finally(() => client.end().catch(() => undefined));
      await pause(100);
    }
  };
  const readOn = async (client: pg.Client): Promise<void> => {
    let heard: number | undefined;
    client.on('notification', ({ payload }) => {
      const [server = '', newest] = (payload ?? '').split(' ');
      writers.push({ server, after: heard ?? Number(newest) - 1, upTo: Number(newest) });
      heard = Number(newest);
    });
    await client.query('LISTEN gantry_changes');
    while (!signal.aborted) {
      const entries = await readLog(client, state.upTo);
      log.push(...entries);
      state.upTo = entries.at(-1)?.revision ?? state.upTo;
      if (entries.length === 0 || await newestRevision(client) === state.upTo) await pause(50);
    }
  };
  const ended = run();
  return { log, writers, ended, get upTo() { return state.upTo; } };
}
