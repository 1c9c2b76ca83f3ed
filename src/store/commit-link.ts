import type { Socket } from 'node:net';
import pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import type { BatchAnswer, BatchArguments } from './change-batch.ts';
import { isConnectionLoss } from './connection.ts';
import type { DatabaseLocator } from './database-locator.ts';

const statement = 'SELECT gantry_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS answer';
const connectWithinMs = 5_000;
const closeWithinMs = 5_000;

interface Connection {
  readonly client: pg.Client;
  readonly socket: Socket;
  readonly ready: Promise<unknown>;
}

/** One connection to the server that takes writes, for batches, one at a time. Opened when first asked; in doubt it is given up and the next batch gets a new one. By `pg`, which sends arrays as they are. */
export class CommitLink {
  #connection: Connection | undefined;
  #asked: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly locator: DatabaseLocator,
    private readonly clock: Clock,
  ) {}

  /** The answer to a batch. Rejects with the database's error, or with one that `isConnectionLoss` knows. */
  ask(server: string, slot: number, batch: number, args: BatchArguments, withinMs: number): Promise<BatchAnswer> {
    const asked = new Promise<BatchAnswer>((resolve, reject) => {
      const connection = (this.#connection ??= this.#open());
      const fail = (error: unknown): void => {
        if (isConnectionLoss(error)) this.#giveUp(connection);
        reject(error);
      };
      const cancel = this.clock.after(withinMs, () => fail(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
      connection.ready
        .then(() => connection.client.query<{ answer: BatchAnswer }>({ name: 'gantry_commit', text: statement, values: [server, slot, batch, ...args] }))
        .then(({ rows: [row] }) => (row === undefined ? reject(new Error('gantry_commit gave no answer')) : resolve(row.answer)))
        .catch(fail)
        .finally(cancel);
    });
    this.#asked = asked.catch(() => undefined);
    return asked;
  }

  /** Waits for what is under way, five seconds at most. */
  async close(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const cancel = this.clock.after(closeWithinMs, () => connection.socket.destroy());
    await this.#asked;
    await connection.client.end().catch(() => undefined);
    cancel();
  }

  #open(): Connection {
    const socket = this.locator.socket();
    const client = new pg.Client({ connectionString: this.locator.last.url, application_name: 'gantry', connectionTimeoutMillis: connectWithinMs, stream: () => socket });
    const connection = { client, socket, ready: client.connect() };
    const giveUp = (): void => this.#giveUp(connection);
    client.on('error', giveUp).on('end', giveUp);
    connection.ready.catch(giveUp);
    return connection;
  }

  #giveUp(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.socket.destroy();
  }
}
