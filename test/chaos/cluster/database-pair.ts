import { spawn } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../campaign/eventually.ts';
import type { Database } from './database.ts';
import { PostgresNode } from './postgres-node.ts';

/** A primary and a standby that every commit waits for; who takes writes is decided here, as Patroni or a managed PostgreSQL does. */
export interface DatabasePair extends Database {
  /** Which of the two takes writes. */
  readonly primary: PostgresNode;
  readonly standby: PostgresNode;
  /**
   * Waits until the standby has everything, ends or freezes the primary, and promotes the standby. Resolves when it takes writes. The old primary is left as it is.
   */
  promote(how: 'kill' | 'freeze'): Promise<void>;
  /** Makes the old primary, dead or not, a standby of the new one; commits wait for it from then on. */
  rejoin(): Promise<void>;
}

const settleWithinMs = 60_000;
const inSync = `SELECT 1 AS yes FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming' AND flush_lsn >= $1::pg_lsn`;

/** Starts both in a folder. The servers' URL names both. */
export async function startDatabasePair(folder: string): Promise<DatabasePair> {
  let [primary, standby] = [await PostgresNode.create(folder, 'postgres-a'), await PostgresNode.create(folder, 'postgres-b')];
  await primary.start();
  await follow(standby, primary);
  const { username, password, pathname } = new URL(primary.url);
  const ways = [primary.proxy, standby.proxy];
  return {
    url: `postgresql://${username}:${password}@${ways.map(({ port }) => `127.0.0.1:${port}`).join(',')}${pathname}?target_session_attrs=read-write`,
    proxy: {
      cut: () => ways.forEach((way) => way.cut()),
      mute: (isMuted) => ways.forEach((way) => way.mute(isMuted)),
      get lost() { return ways.reduce((sum, { lost }) => sum + lost, 0); },
    },
    get primary() { return primary; },
    get standby() { return standby; },
    connect: () => primary.connect(),
    kill: () => primary.kill(),
    start: () => primary.start(),
    promote: async (how) => {
      // What a crash or an interrupted wait made visible before the standby had it; a standby that lacks something is never promoted.
      await eventually('the standby has everything', settleWithinMs, () => isInSync(primary));
      if (how === 'kill') await primary.kill();
      else primary.signal('SIGSTOP');
      [primary, standby] = [standby, primary];
      await setSynchronous(primary, false);
      await primary.query('SELECT pg_promote(true, 60)');
    },
    rejoin: async () => {
      if (standby.isRunning) standby.signal('SIGCONT');
      await standby.kill();
      await follow(standby, primary);
    },
    [Symbol.asyncDispose]: async () => {
      for (const node of [standby, primary]) await node[Symbol.asyncDispose]();
    },
  };
}

/** Makes a node anew as a standby of another that runs, and has commits wait for it. */
async function follow(standby: PostgresNode, primary: PostgresNode): Promise<void> {
  await rm(standby.folder, { recursive: true, force: true });
  await mkdir(standby.folder, { recursive: true, mode: 0o700 });
  await cp(path.join(primary.folder, 'password'), path.join(standby.folder, 'password'));
  const client = await primary.connect();
  try {
    await client.query(`SELECT pg_backup_start('standby', true)`);
    await copyLiving(primary.dataFolder, standby.dataFolder);
    const { rows: [row] } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await writeFile(path.join(standby.dataFolder, 'backup_label'), row!.labelfile, { mode: 0o600 });
  } finally {
    await client.end();
  }
  for (const file of ['postmaster.pid', 'postmaster.opts']) await rm(path.join(standby.dataFolder, file), { force: true });
  await writeFile(path.join(standby.dataFolder, 'standby.signal'), '', { mode: 0o600 });
  // The proxy reads what passes it, so nothing may be encrypted.
  const { username, password } = new URL(primary.url);
  await standby.start({ primary_conninfo: `host=127.0.0.1 port=${primary.proxy.port} user=${username} password=${password} application_name=standby sslmode=disable gssencmode=disable` });
  await setSynchronous(primary, true);
  await eventually('the standby has everything', settleWithinMs, () => isInSync(primary));
}

/** Files may go while they are copied; what is missing or half there the standby reads from the primary's log. */
async function copyLiving(from: string, to: string): Promise<void> {
  const child = spawn('cp', ['-a', from, to], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
  const serious = errors.split('\n').filter((line) => line && !line.includes('No such file or directory'));
  if (code !== 0 && serious.length > 0) throw new Error(`cp -a ${from} ${to}: ${serious.join('; ')}`);
}

/** Whether commits wait for a standby. The checkpoint makes sure that the process which decides it has heard. */
async function setSynchronous(node: PostgresNode, isSynchronous: boolean): Promise<void> {
  await node.query(`ALTER SYSTEM SET synchronous_standby_names = '${isSynchronous ? '*' : ''}'`);
  await node.query('SELECT pg_reload_conf()');
  await eventually('the setting is known', settleWithinMs, async () => {
    const [row] = await node.query<{ value: string }>(`SELECT current_setting('synchronous_standby_names') AS value`);
    return (row?.value === '*') === isSynchronous || undefined;
  });
  await node.query('CHECKPOINT');
}

async function isInSync(primary: PostgresNode): Promise<true | undefined> {
  const [now] = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn');
  return (await primary.query(inSync, [now?.lsn])).length > 0 || undefined;
}
