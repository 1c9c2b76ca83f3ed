import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Logger } from 'pino';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { Clock } from '../lib/clock.ts';
import type { Meters } from '../lib/meters.ts';
import { ApiError } from '../model/errors.ts';
import { answeringClients } from './answering-client.ts';
import { readAll, readChanges, readLog } from './change-log.ts';
import { Committer } from './committer.ts';
import { createCommitterMeters } from './committer-meters.ts';
import { answered } from './connection.ts';
import { createCredentials } from './credentials.ts';
import { DatabaseLocator } from './database-locator.ts';
import { Feed } from './feed.ts';
import { History } from './history.ts';
import type { HistoryLimits } from './history.ts';
import { Lane } from './lane.ts';
import { createLeases } from './leases.ts';
import { createMessages } from './messages.ts';
import { listen } from './notifications.ts';
import { keepLogShort } from './retention.ts';
import type { RetentionLimits } from './retention.ts';
import { MemorySnapshot } from './snapshot.ts';
import type { Store } from './store.ts';

/** Where the store is, and what may be set about it. */
export interface StoreOptions {
  /** A database that `migrate` was run on; may name several servers, of which one takes writes. */
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
  /** Where sizes and times of commits are told; nowhere unless given. */
  readonly meters?: Meters;
  /** How much of the change log the database keeps; 24 hours and 100,000 revisions unless given. */
  readonly retention?: Partial<RetentionLimits>;
  /** How much of it this server keeps in memory; 5 minutes and 50,000 changes unless given. */
  readonly history?: Partial<HistoryLimits>;
  /** How often the log is looked at in case a notification was lost; 2 s unless given. */
  readonly pollEveryMs?: number;
  /** How long a commit, or any other question, waits for a database that does not answer; 5 s unless given. */
  readonly unavailableAfterMs?: number;
}

/** The whole state may take a while to come. */
const loadSilentMs = 60_000;

const channels = { changes: 'gantry_changes', messages: 'gantry_messages', credentials: 'gantry_credentials' } as const;

/** Loads every object, and follows the log from there. Rejects when the database cannot be reached. Dispose to stop; what is committed stays. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { databaseUrl, clock, logger } = options;
  const serverId = randomUUID();
  const locator = new DatabaseLocator(databaseUrl);
  const unavailableAfterMs = options.unavailableAfterMs ?? 5_000;
  // Apart from each other, so that none of them waits for another's long answer.
  const lane = () => new Lane(locator, clock, unavailableAfterMs);
  const [reading, leasing, telling, pruning] = [lane(), lane(), lane(), lane()];
  const pool = new pg.Pool({ Client: answeringClients(locator, unavailableAfterMs), max: 2, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const disconnect = async (): Promise<void> => {
    await prisma.$disconnect();
    await Promise.all([pool.end(), ...[reading, leasing, telling, pruning].map((lane) => lane.close())]);
  };
  const loadAll = () => reading.ask(readAll, loadSilentMs);

  const { revision, objects } = await loadAll().catch(async (error: unknown) => {
    await disconnect();
    throw error;
  });
  const start = MemorySnapshot.empty.after(objects.map((object) => ({ type: 'ADDED', object })), revision);
  const history = new History(start, { changes: 50_000, ageMs: 300_000, ...options.history }, clock.now());
  const feed: Feed = new Feed({
    start, history, clock, logger,
    readLog: (after, upTo) => reading.ask((sql) => readLog(sql, after, upTo)),
    readAll: loadAll,
    expectsOwn: () => committer.isShared,
  });
  const committer = new Committer({
    locator, serverId, clock, logger,
    publish: (batch) => feed.publish(batch),
    meters: options.meters && createCommitterMeters(options.meters),
    limits: { sets: 256, bytes: 4 * 1024 * 1024 },
    slots: 2,
    unavailableAfterMs,
  });
  const messages = createMessages(telling, channels.messages, serverId);
  const credentials = createCredentials(prisma, clock, async () => void (await telling.ask((sql) => sql`SELECT pg_notify(${channels.credentials}, '')`)));

  const listening = await listen({
    locator, clock, logger, askEveryMs: unavailableAfterMs,
    channels: Object.values(channels),
    onNotification: (channel, payload) => {
      if (channel === channels.messages) messages.receive(payload);
      else if (channel === channels.credentials) credentials.forget();
      else if (!payload.startsWith(serverId)) feed.wake(Number(payload.split(' ')[1]));
    },
    onConnected: () => {
      messages.forgetParts();
      credentials.forget();
      void feed.catchUp();
    },
  });
  const polling = repeat(clock, options.pollEveryMs ?? 2_000, () => {
    history.forget(clock.now());
    return feed.catchUp();
  });
  const retention = keepLogShort(pruning, { ageMs: 86_400_000, revisions: 100_000, everyMs: 60_000, ...options.retention }, clock, logger);

  return {
    snapshot: () => feed.snapshot,
    snapshotAtLeast: (atLeast, signal) => feed.atLeast(atLeast, unavailableAfterMs, signal),
    snapshotAt: (at) => {
      if (at > feed.snapshot.revision) throw new ApiError('UNAVAILABLE', `revision ${at} has not arrived; this server is at ${feed.snapshot.revision}`);
      return at === feed.snapshot.revision ? feed.snapshot : history.at(at);
    },
    commit: (set) => committer.commit(set),
    onChanges: (listener) => feed.onChanges(listener),
    changesBetween: async (after, upTo) => (after >= upTo ? [] : history.between(after, upTo) ?? answered(reading.ask((sql) => readChanges(sql, after, upTo)))),
    leases: createLeases(leasing),
    credentials,
    messages,
    [Symbol.asyncDispose]: async () => {
      polling();
      await committer.close();
      feed.close();
      await Promise.all([retention[Symbol.asyncDispose](), listening[Symbol.asyncDispose]()]);
      await disconnect();
    },
  };
}

/** Runs again and again with a pause between; the returned function ends it. */
function repeat(clock: Clock, everyMs: number, run: () => Promise<void>): () => void {
  let cancel = clock.after(everyMs, tick);
  let ended = false;
  function tick(): void {
    void run().finally(() => {
      if (!ended) cancel = clock.after(everyMs, tick);
    });
  }
  return () => {
    ended = true;
    cancel();
  };
}
