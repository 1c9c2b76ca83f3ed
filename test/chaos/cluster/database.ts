import type pg from 'pg';
import type { DatabaseProxy } from './database-proxy.ts';
import { PostgresNode } from './postgres-node.ts';

/** PostgreSQL of a campaign's own, which can be killed, behind a proxy that stays. */
export interface Database extends AsyncDisposable {
  /** For servers: through the proxy. */
  readonly url: string;
  readonly proxy: Pick<DatabaseProxy, 'cut' | 'mute' | 'lost'>;
  /** A connection past the proxy to the server that takes writes. Rejects while it is down. */
  connect(): Promise<pg.Client>;
  /** SIGKILL of the server that takes writes. */
  kill(): Promise<void>;
  /** Starts it again after `kill`; resolves when it answers. */
  start(): Promise<void>;
}

/** Starts PostgreSQL in a folder. */
export async function startDatabase(folder: string): Promise<Database> {
  const node = await PostgresNode.create(folder, 'postgres');
  await node.start();
  return {
    url: node.url, proxy: node.proxy,
    connect: () => node.connect(),
    kill: () => node.kill(),
    start: () => node.start(),
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}
