import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../../src/store/embedded-postgres.ts';
import { startDatabaseProxy } from './database-proxy.ts';
import type { DatabaseProxy } from './database-proxy.ts';

/** PostgreSQL of a campaign's own, which can be killed, behind a proxy that stays. */
export interface Database extends AsyncDisposable {
  /** For servers: through the proxy. */
  readonly url: string;
  readonly proxy: DatabaseProxy;
  /** A connection past the proxy. Rejects while PostgreSQL is down. */
  connect(): Promise<pg.Client>;
  /** SIGKILL of the postmaster. */
  kill(): Promise<void>;
  /** Starts it again after `kill`; resolves when it answers. */
  start(): Promise<void>;
}

/** How many connections the server takes; few, so that they can be used up. */
export const maxConnections = 48;

/** Starts PostgreSQL in a folder. What it has committed survives the end of its processes; the machine's own crash is not tried, so nothing waits for the disk. */
export async function startDatabase(folder: string): Promise<Database> {
  const dataFolder = path.join(folder, 'postgres');
  const launch = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({
    dataFolder, logger: { info: () => undefined, warn: () => undefined }, endWithProcess: true,
    settings: { fsync: 'off', max_connections: String(maxConnections), shared_buffers: '32MB' },
  });
  const proxy = await startDatabaseProxy();
  let server = await launch();
  const portOf = (url: string): number => Number(new URL(url).port);
  proxy.lead(portOf(server.url));
  const url = new URL(server.url);
  url.port = String(proxy.port);
  return {
    url: url.href, proxy,
    connect: async () => {
      const client = new pg.Client({ connectionString: server.url, application_name: 'chaos', connectionTimeoutMillis: 3_000 });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    kill: async () => {
      const [pid] = readFileSync(path.join(dataFolder, 'data/postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
      proxy.lead(undefined);
      await server.stop();
    },
    start: async () => {
      server = await launch();
      proxy.lead(portOf(server.url));
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await server.stop();
    },
  };
}
