import type net from 'node:net';
import postgres from 'postgres';
import type { Clock } from '../lib/clock.ts';
import { isConnectionLoss } from './connection.ts';
import type { Sql } from './connection.ts';
import { openSocket } from './database-locator.ts';
import type { DatabaseLocator } from './database-locator.ts';

/** What asks statements of one lane. */
export interface Asker {
  /** What the work gives. Rejects with the work's own error; with code ETIMEDOUT when nothing came from the database for `silentMs` (the lane's own unless given). */
  ask<T>(work: (sql: Sql) => PromiseLike<T>, silentMs?: number): Promise<T>;
}

interface Connection {
  readonly sql: Sql;
  /** Ends it at once; what was under way on it rejects. */
  readonly end: () => void;
  /** Rises whenever something comes from the database. */
  readonly heard: () => number;
}

const connectWithinS = 5;

/**
 * One connection to the server that takes writes, opened when first asked. In doubt (lost, silent, or on a server that takes no writes any more) it is
 * given up with everything that belongs to it, and the next statement gets a new one: postgres.js 3.4.9 does not always recover a connection that broke
 * while something was to be written to it. For the same reason its `begin` and `cursor` are not to be used: they write to a connection that is gone.
 */
export class Lane implements Asker {
  readonly #locator: DatabaseLocator;
  readonly #clock: Clock;
  readonly #silentMs: number;
  #connection: Connection;
  #isClosed = false;

  /** `silentMs`: how long nothing may come while something was asked, before the connection counts as lost. */
  constructor(locator: DatabaseLocator, clock: Clock, silentMs = 5_000) {
    this.#locator = locator;
    this.#clock = clock;
    this.#silentMs = silentMs;
    this.#connection = prepare(locator);
  }

  async ask<T>(work: (sql: Sql) => PromiseLike<T>, silentMs: number = this.#silentMs): Promise<T> {
    const connection = this.#connection;
    try {
      return await this.#unlessSilent(connection, work(connection.sql), silentMs);
    } catch (error) {
      if (isConnectionLoss(error)) this.#giveUp(connection);
      throw error;
    }
  }

  /** Waits for what is under way, five seconds at most. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection.sql.end({ timeout: 5 });
    this.#connection.end();
  }

  #giveUp(connection: Connection): void {
    if (connection === this.#connection && !this.#isClosed) this.#connection = prepare(this.#locator);
    connection.end();
  }

  #unlessSilent<T>(connection: Connection, work: PromiseLike<T>, silentMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let cancel: () => void = () => undefined;
      const listen = (heard: number): void => {
        cancel = this.#clock.after(silentMs, () => {
          if (connection.heard() !== heard) listen(connection.heard());
          else reject(Object.assign(new Error(`the database said nothing for ${silentMs} ms`), { code: 'ETIMEDOUT' }));
        });
      };
      listen(connection.heard());
      work.then(resolve, reject).then(() => cancel(), () => cancel());
    });
  }
}

function prepare(locator: DatabaseLocator): Connection {
  const sockets = new Set<net.Socket>();
  let heardBefore = 0, hasEnded = false;
  const options = {
    max: 1, connect_timeout: connectWithinS, fetch_types: false, max_lifetime: null, keep_alive: null,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => undefined,
    connection: { application_name: 'gantry' },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    socket: async () => {
      const socket = await openSocket(locator);
      sockets.add(socket);
      socket.once('close', () => { sockets.delete(socket); heardBefore += socket.bytesRead + 1; });
      if (hasEnded) setImmediate(() => socket.destroy());
      return socket;
    },
  };
  // A variable, for the driver's types lack `socket`.
  const sql: Sql = postgres(locator.last.url, options);
  return {
    sql,
    heard: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, heardBefore),
    end: () => {
      hasEnded = true;
      for (const socket of sockets) socket.destroy();
      void sql.end({ timeout: 0 }).catch(() => undefined);
    },
  };
}
