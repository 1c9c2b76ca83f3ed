import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { migrate } from '../../../src/store/migrate.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { startProxy } from './proxy.ts';

test('applies each migration once, also when several servers start together', async () => {
  const { url, drop } = await freshDatabase();
  const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(applied.flat().length).toBeGreaterThan(0);
  expect(new Set(applied.flat()).size).toBe(applied.flat().length);
  expect(await migrate(url)).toEqual([]);
  await drop();
});

test('refuses a database whose migration had another text', async () => {
  const { url, drop } = await freshDatabase();
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("UPDATE _prisma_migrations SET checksum = 'other'");
  await client.end();
  await expect(migrate(url)).rejects.toThrow('must never change');
  await drop();
});

test('a connection lost meanwhile is an error and not the end of the process', async () => {
  const { url, drop } = await freshDatabase();
  await using proxy = await startProxy(url);
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  await holder.query('SELECT pg_advisory_lock(72707369)');
  const waiting = migrate(proxy.url).catch((error: unknown) => error);
  const isWaiting = async () => (await holder.query("SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()")).rowCount === 1;
  await vi.waitFor(async () => expect(await isWaiting()).toBe(true), { timeout: 20_000 });
  proxy.cut();
  expect(await waiting).toMatchObject({ message: expect.stringContaining('terminated') as unknown });
  await holder.end();
  await drop();
});

test('the migrations lead to the Prisma schema', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/migration.ts']);
  expect(stdout.trim()).toBe('the migrations already lead to the schema');
});
