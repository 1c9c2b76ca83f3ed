import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  /** Ends its connections and removes it. Optional: the run's end removes all. */
  drop(): Promise<void>;
}

/** A new, empty database on the run's PostgreSQL server; use `migrate(url)` for its tables. Only in projects whose `globalSetup` is `start-postgres.ts`. */
export async function freshDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(`CREATE DATABASE ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdministrator(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Runs one statement on the server, outside any test's database: `pg_terminate_backend` and the like. */
export async function asAdministrator(sql: string, values: readonly unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}
