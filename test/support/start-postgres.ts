import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Administrator's URL of the run's PostgreSQL server; use `freshDatabase()`. */
    postgresUrl: string;
  }
}

/** One PostgreSQL server for a test run: started before its first test, stopped and erased after its last, or when the run is killed. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-test-postgres-'));
  // Without fsync a crash of the machine may lose data; that of a process, which is what tests do, may not.
  const settings = { fsync: 'off', max_connections: '300', shared_buffers: '64MB' };
  const server = await startEmbeddedPostgres({ dataFolder: folder, logger: { info: () => undefined, warn: () => undefined }, settings, endWithProcess: true });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
