import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { postgresProgram } from './postgres-binaries.ts';

const readyWithinMs = 30_000;
const stopWithinMs = 20_000;

/** A PostgreSQL server of our own. */
export interface EmbeddedPostgres {
  /** `postgresql://gantry:…@127.0.0.1:port/gantry`; holds the password, so never log it. */
  readonly url: string;
  /** Ends all connections and stops the server; resolves when its process is gone. */
  stop(): Promise<void>;
}

/** Where and how it runs. */
export interface EmbeddedPostgresOptions {
  /** Holds the data, the password and the log; made with mode 0700. One server at a time uses it. */
  readonly dataFolder: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Server settings besides our own, such as `fsync: 'off'`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Stops the server when this process ends, however it ends. Without it a killed process leaves the server running and the next start adopts it. */
  readonly endWithProcess?: boolean;
}

/**
 * Starts the PostgreSQL server of a folder, or adopts the one that a killed process left running there. It listens on a free port of the loopback
 * address and asks for the password kept in the folder. Rejects with the end of its log when it does not answer within 30 s.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataFolder = path.resolve(options.dataFolder);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await chmod(dataFolder, 0o700);
  const password = await createCluster(dataFolder);
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const running = (await adopt(dataFolder, password)) ?? (await launch(dataFolder, password, options));
    if (running !== undefined) {
      const url = urlOf(running.port, password, 'gantry');
      await createDatabase(urlOf(running.port, password, 'postgres'));
      if (running.adopted) options.logger.info({ pid: running.pid }, 'postgres: adopted the running server');
      return { url, stop: () => stop(running) };
    }
    if (Date.now() > deadline) throw new Error(`PostgreSQL in ${dataFolder} does not start:\n${await logTail(dataFolder)}`);
    await delay(100);
  }
}

interface Running {
  readonly pid: number;
  readonly port: number;
  readonly adopted: boolean;
  /** Ends what would stop it together with this process. */
  readonly unwatch: () => void;
}

/** Makes the database cluster beside its final place and renames it, so that a crash leaves none or a whole one. */
async function createCluster(dataFolder: string): Promise<string> {
  const passwordFile = path.join(dataFolder, 'password');
  if (existsSync(path.join(dataFolder, 'data', 'PG_VERSION'))) return readFile(passwordFile, 'utf8');
  const password = randomBytes(24).toString('hex');
  await writeFile(passwordFile, password, { mode: 0o600 });
  const unfinished = path.join(dataFolder, 'data.new');
  await rm(unfinished, { recursive: true, force: true });
  const { command, prefix } = postgresProgram('initdb');
  const child = spawn(command, [...prefix, '-D', unfinished, '-U', 'gantry', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-instructions'],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${errors.trim()}`);
  await rename(unfinished, path.join(dataFolder, 'data'));
  return password;
}

/** The server that `postmaster.pid` names, if it is alive and answers. Undefined when there is none or it does not answer yet. */
async function adopt(dataFolder: string, password: string): Promise<Running | undefined> {
  const lines = (await readFile(path.join(dataFolder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!pid || !port || !isAlive(pid) || !(await answers(urlOf(port, password, 'postgres')))) return undefined;
  return { pid, port, adopted: true, unwatch: () => undefined };
}

/** Undefined when the process ended before it answered: the port was taken meanwhile, or an earlier server is still going down. */
async function launch(dataFolder: string, password: string, options: EmbeddedPostgresOptions): Promise<Running | undefined> {
  const port = await freePort();
  const log = await open(path.join(dataFolder, 'postgres.log'), 'a', 0o600);
  const { command, prefix } = postgresProgram('postgres');
  const settings = { max_connections: '200', max_wal_size: '2GB', ...options.settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const child = spawn(command, [...prefix, '-D', path.join(dataFolder, 'data'), ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { stdio: ['ignore', log.fd, log.fd], detached: true });
  let gone = false;
  child.on('exit', () => (gone = true)).on('error', () => (gone = true));
  await log.close();
  child.unref();
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} cannot be run; it is needed to start PostgreSQL`);
  const unwatch = options.endWithProcess === true ? endWithProcess(pid) : () => undefined;
  for (const deadline = Date.now() + readyWithinMs; !gone && Date.now() < deadline; await delay(20)) {
    if (await answers(urlOf(port, password, 'postgres'))) return { pid, port, adopted: false, unwatch };
  }
  // One that is slow beyond patience still ends with this process where that is wanted; otherwise the next start adopts it.
  if (gone) unwatch();
  return undefined;
}

/** A shell that waits for its standard input to end, which happens when this process does, and then stops the server. */
function endWithProcess(pid: number): () => void {
  const watcher = spawn('sh', ['-c', `cat >/dev/null; kill -INT ${pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return () => watcher.kill('SIGKILL');
}

/** SIGINT is PostgreSQL's fast shutdown: sessions are ended, everything committed is kept. SIGQUIT, should it hang, leaves the rest to recovery. */
async function stop({ pid, unwatch }: Running): Promise<void> {
  unwatch();
  if (isAlive(pid)) process.kill(pid, 'SIGINT');
  for (const hurryAt = Date.now() + stopWithinMs; isAlive(pid); await delay(5)) if (Date.now() > hurryAt) process.kill(pid, 'SIGQUIT');
}

/** A process that has ended but that nobody has waited for does not live. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = existsSync('/proc/self/stat') ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://gantry:${password}@127.0.0.1:${port}/${database}`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'gantry'");
    if (rowCount === 0) await client.query('CREATE DATABASE gantry');
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function logTail(dataFolder: string): Promise<string> {
  const text = await readFile(path.join(dataFolder, 'postgres.log'), 'utf8').catch(() => '');
  return text.split('\n').slice(-15).join('\n');
}
