import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, test } from 'vitest';
import { migrate } from '../../../src/store/migrate.ts';
import { freshDatabase } from '../../support/postgres.ts';

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

test('the migrations lead to the Prisma schema', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/migration.ts']);
  expect(stdout.trim()).toBe('the migrations already lead to the schema');
});
