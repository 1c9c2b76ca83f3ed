import pg from 'pg';
import type { DatabaseLocator } from './database-locator.ts';

/** What `listen` and Prisma's pool are given as their client. */
export type AnsweringClientClass = new (config?: pg.ClientConfig) => pg.Client;

/** Clients of the server that takes writes. One whose statement is not answered in time is ended, so that nobody waits on a connection that only seems open. */
export function answeringClients(locator: DatabaseLocator, answerWithinMs: number): AnsweringClientClass {
  return class AnsweringClient extends pg.Client {
    readonly #end: () => void;
    #timer: NodeJS.Timeout | undefined;

    constructor(config: pg.ClientConfig = {}) {
      const socket = locator.socket();
      super({ ...config, connectionString: locator.last.url, connectionTimeoutMillis: 5_000, stream: () => socket });
      this.#end = () => socket.destroy(Object.assign(new Error(`the database did not answer within ${answerWithinMs} ms`), { code: 'ETIMEDOUT' }));
      const rest = (): void => { clearTimeout(this.#timer); this.#timer = undefined; };
      this.on('drain', rest).on('end', rest).on('error', () => undefined);
    }

    /** All of its forms: what they have in common is that something is to be answered. */
    override query: pg.Client['query'] = ((...args: readonly unknown[]): unknown => {
      this.#timer ??= setTimeout(this.#end, answerWithinMs).unref();
      return (super.query as unknown as (...all: readonly unknown[]) => unknown)(...args);
    }) as pg.Client['query'];
  };
}
