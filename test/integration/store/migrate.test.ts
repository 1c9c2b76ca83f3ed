import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, test } from 'vitest';
import type { StoredObject } from '../../../src/model/object.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { startProxy } from './proxy.ts';
import { object, open, valueOf, withValue } from './support.ts';
import { soon } from '../../support/soon.ts';

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
  await soon(async () => expect(await isWaiting()).toBe(true));
  proxy.cut();
  expect(await waiting).toMatchObject({ message: expect.stringContaining('terminated') as unknown });
  await holder.end();
  await drop();
});

test('the migrations lead to the Prisma schema', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/migration.ts']);
  expect(stdout.trim()).toBe('the migrations already lead to the schema');
});

test('a log from before its changes were linked is linked, and tells and prunes the same', async () => {
  const { url } = await freshDatabase();
  const name = '20260101000000_init', sql = await readFile(`prisma/migrations/${name}/migration.sql`, 'utf8');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.query('CREATE TABLE _prisma_migrations (id text PRIMARY KEY, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer)');
  await client.query('INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name) VALUES ($1, $2, now(), $1)', [name, createHash('sha256').update(sql).digest('hex')]);
  const [one, two] = [object('one', 'a'), object('two', 'a')];
  const log: readonly [string, StoredObject][] = [['ADDED', one], ['MODIFIED', withValue(one, 'b')], ['ADDED', two], ['MODIFIED', withValue(one, 'c')], ['DELETED', withValue(one, 'c')], ['ADDED', one], ['MODIFIED', withValue(two, 'b')]];
  for (const [at, [type, { kind, metadata, ...rest }]] of log.entries()) {
    await client.query("INSERT INTO change (revision, ordinal, kind, namespace, name, type, body, actor) VALUES ($1, 0, $2, 'default', $3, $4, $5, 'test')",
      [at + 1, kind, metadata.name, type, JSON.stringify({ kind, metadata, ...rest })]);
  }
  await client.query("INSERT INTO object VALUES ('ConfigMap', 'default', 'one', $1, 6, false), ('ConfigMap', 'default', 'two', $2, 7, false)", [one.metadata.uid, two.metadata.uid]);
  await client.query('UPDATE revision SET value = 7');

  await migrate(url);
  const { rows } = await client.query<{ previous: string | null }>('SELECT previous FROM change ORDER BY revision');
  expect(rows.map(({ previous }) => previous && Number(previous))).toEqual([null, 1, null, 2, 4, null, 3]);
  const store = await open(url);
  const changes = await store.changesBetween(2, 7);
  expect(changes.map(({ previous }) => valueOf(previous))).toEqual([undefined, 'b', 'c', undefined, 'a']);
  const pruned = await client.query('SELECT gantry_prune(6)');
  expect(pruned.rows).toEqual([{ gantry_prune: '4' }]);
  expect((await client.query('SELECT revision::int FROM change ORDER BY revision')).rows).toEqual([{ revision: 3 }, { revision: 6 }, { revision: 7 }]);
  await client.end();
});
