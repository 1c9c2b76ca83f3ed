import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { projectFile } from '../lib/project-file.ts';
import { DatabaseLocator } from './database-locator.ts';

const migrationsFolder = projectFile('prisma/migrations');
/** The advisory lock that `prisma migrate` takes too. */
const prismaLock = 72_707_369;

/**
 * Applies the migrations that a database lacks, in order, each in one transaction, and returns their names. Keeps Prisma's own records, so
 * `prisma migrate deploy` and this may take turns. Several callers at once wait for each other. Throws when an applied migration's text has changed.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const { url } = await new DatabaseLocator(databaseUrl).locate();
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A connection that is lost rejects the statement under way; without a listener the event as well would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
    await client.query('SET client_min_messages = warning');
    return await applyMissing(client);
  } finally {
    await client.end();
  }
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Applied {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

async function applyMissing(client: pg.Client): Promise<readonly string[]> {
  await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
    logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
  const { rows } = await client.query<Applied>('SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL');
  const applied = new Map(rows.map((row) => [row.migration_name, row]));
  const missing: string[] = [];
  for (const migration of await readMigrations()) {
    const earlier = applied.get(migration.name);
    if (earlier === undefined) {
      await apply(client, migration);
      missing.push(migration.name);
    } else if (earlier.finished_at === null) {
      throw new Error(`migration ${migration.name} began and did not finish; see https://pris.ly/d/migrate-resolve`);
    } else if (earlier.checksum !== migration.checksum) {
      throw new Error(`migration ${migration.name} is not the one that was applied to this database; its file must never change`);
    }
  }
  return missing;
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, clock_timestamp(), 1)',
      [randomUUID(), checksum, name]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${name} failed and changed nothing`, { cause: error });
  }
}

async function readMigrations(): Promise<readonly Migration[]> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return Promise.all(names.map(async (name) => {
    const sql = await readFile(path.join(migrationsFolder, name, 'migration.sql'), 'utf8');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  }));
}
