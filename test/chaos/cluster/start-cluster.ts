import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { startDatabase } from './database.ts';
import type { Database } from './database.ts';
import { startDatabasePair } from './database-pair.ts';
import type { DatabasePair } from './database-pair.ts';
import { removeWithUs } from './die-with-us.ts';
import { ServerProcess } from './server-process.ts';

/** Several servers on one PostgreSQL. */
export interface Cluster<D extends Database = Database> extends AsyncDisposable {
  readonly database: D;
  readonly servers: readonly ServerProcess[];
  readonly token: string;
  readonly folder: string;
  /** The server that leads, as far as servers have said; one that died or sleeps is not known to have lost its office. */
  leader(): ServerProcess | undefined;
}

/** How many servers, and how long the lease of a silent leader lasts. */
export interface ClusterOptions {
  readonly servers: number;
  readonly leaseMs: number;
}

/** Starts a cluster in a folder of its own under the system's temporary folder; disposing ends and removes everything. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  return startOn(startDatabase, options);
}

/** The same on a primary and a standby. */
export async function startReplicatedCluster(options: ClusterOptions): Promise<Cluster<DatabasePair>> {
  return startOn(startDatabasePair, options);
}

async function startOn<D extends Database>(startIt: (folder: string) => Promise<D>, options: ClusterOptions): Promise<Cluster<D>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-chaos-'));
  const release = removeWithUs(folder);
  const token = 'chaos-administrator';
  const database = await startIt(folder).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    release();
    throw error;
  });
  const ports = await Promise.all(Array.from({ length: options.servers }, freePort));
  const servers = await Promise.all(ports.map(async (port, at) => {
    const stateFolder = path.join(folder, `server-${at}`);
    await mkdir(stateFolder, { mode: 0o700 });
    await writeFile(path.join(stateFolder, 'admin.token'), token, { mode: 0o600 });
    return new ServerProcess({ name: `server-${at}`, port, databaseUrl: database.url, stateFolder, leaseMs: options.leaseMs });
  }));
  const dispose = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.kill()));
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    release();
  };
  await Promise.all(servers.map((server) => server.start()));
  const silent = servers.find(({ answers }) => !answers);
  if (silent) {
    await dispose();
    throw new Error(`${silent.name} did not start:\n${silent.log}`);
  }
  return {
    database, servers, token, folder,
    leader: () => servers.filter(({ epoch }) => epoch !== undefined).sort((a, b) => b.epoch! - a.epoch!)[0],
    [Symbol.asyncDispose]: dispose,
  };
}
