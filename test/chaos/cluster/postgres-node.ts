import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres.ts';
import type { EmbeddedPostgres } from '../../../src/store/embedded-postgres.ts';
import { startDatabaseProxy } from './database-proxy.ts';
import type { DatabaseProxy } from './database-proxy.ts';

/** How many connections a node takes; few, so that they can be used up. */
export const maxConnections = 48;

/**
 * One PostgreSQL server over all its lives, behind a proxy whose port stays. What it has committed survives the end of its processes; the machine's own crash
 * is not tried, so nothing waits for the disk.
 */
export class PostgresNode implements AsyncDisposable {
  readonly name: string;
  readonly folder: string;
  readonly proxy: DatabaseProxy;
  #server: EmbeddedPostgres | undefined;

  /** A node that does not run yet. */
  static async create(folder: string, name: string): Promise<PostgresNode> {
    return new PostgresNode(path.join(folder, name), name, await startDatabaseProxy());
  }

  private constructor(folder: string, name: string, proxy: DatabaseProxy) {
    this.folder = folder;
    this.name = name;
    this.proxy = proxy;
  }

  /** Where its data is. */
  get dataFolder(): string { return path.join(this.folder, 'data'); }

  get isRunning(): boolean { return this.#server !== undefined; }

  /** Past the proxy, and known only while it runs. */
  get directUrl(): string {
    if (!this.#server) throw new Error(`${this.name} does not run`);
    return this.#server.url;
  }

  /** Through the proxy. */
  get url(): string {
    const url = new URL(this.directUrl);
    url.port = String(this.proxy.port);
    return url.href;
  }

  /** Starts it; resolves when it answers. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#server = await startEmbeddedPostgres({
      dataFolder: this.folder, logger: { info: () => undefined, warn: () => undefined }, endWithProcess: true,
      settings: { fsync: 'off', max_connections: String(maxConnections), shared_buffers: '32MB', max_wal_size: '256MB', wal_keep_size: '512MB', wal_retrieve_retry_interval: '200ms', ...settings },
    });
    this.proxy.lead(Number(new URL(this.#server.url).port));
  }

  /** SIGKILL of the postmaster; resolves when all its processes are gone. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const children = childrenOf(this.#postmaster);
    this.signal('SIGKILL');
    // Those that were stopped could not notice.
    for (const pid of children) if (parentOf(pid) !== undefined) process.kill(pid, 'SIGCONT');
    this.proxy.lead(undefined);
    await server.stop();
    this.#server = undefined;
  }

  /** Sends a signal to the postmaster, or where it is to stop or go on to each of its processes. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    const postmaster = this.#postmaster;
    for (const pid of signal === 'SIGKILL' ? [postmaster] : [postmaster, ...childrenOf(postmaster)]) process.kill(pid, signal);
  }

  get #postmaster(): number { return Number(readFileSync(path.join(this.dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]); }

  /** A connection past the proxy. Rejects while it is down. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.directUrl, application_name: 'chaos', connectionTimeoutMillis: 3_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Runs one statement and returns its rows. */
  async query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    const client = await this.connect();
    try {
      return (await client.query<R>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.proxy[Symbol.asyncDispose]();
  }
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => parentOf(pid) === parent);
}

/** Undefined for a process that is gone. */
function parentOf(pid: number): number | undefined {
  try { return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]); } catch { return undefined; }
}
