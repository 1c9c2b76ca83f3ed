import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres.ts';
import { freshDatabase } from '../../support/postgres.ts';

const logger = { info: () => undefined, warn: () => undefined };
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-test-embedded-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as readonly unknown[];
  } finally {
    await client.end();
  }
}

test('keeps its data over a stop and a start, in a folder that only its owner can read', async () => {
  const dataFolder = path.join(folder, 'postgres');
  const first = await startEmbeddedPostgres({ dataFolder, logger });
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  await first.stop();
  const second = await startEmbeddedPostgres({ dataFolder, logger });
  expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  await second.stop();
  expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
});

test('adopts the server that a killed process left running, and can stop it', async () => {
  const program = `import { startEmbeddedPostgres } from ${JSON.stringify(path.resolve('src/store/embedded-postgres.ts'))};
    const { url } = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(folder)}, logger: { info() {}, warn() {} } });
    console.log(url); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  const adopted = await startEmbeddedPostgres({ dataFolder: folder, logger });
  expect(adopted.url).toBe(line.toString().trim());
  await adopted.stop();
  await expect(query(adopted.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
});

test('starts again after the server itself was killed', async () => {
  const first = await startEmbeddedPostgres({ dataFolder: folder, logger });
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  const [row] = (await query(first.url, "SELECT pg_read_file('postmaster.pid') AS file")) as [{ file: string }];
  process.kill(Number(row.file.split('\n')[0]), 'SIGKILL');
  const second = await startEmbeddedPostgres({ dataFolder: folder, logger });
  expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  await second.stop();
});

test('a fresh database is empty and its own', async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  await query(one.url, 'CREATE TABLE mine (x int)');
  await expect(query(two.url, 'SELECT * FROM mine')).rejects.toThrow('does not exist');
  await Promise.all([one.drop(), two.drop()]);
});
