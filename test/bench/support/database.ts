import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { removeWithUs } from '../../chaos/cluster/die-with-us.ts';

/** An embedded PostgreSQL with its safe settings and our tables, gone when disposed or when this process ends. */
export async function startDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const release = removeWithUs(folder);
  const server = await startEmbeddedPostgres({ dataFolder: folder, logger: pino({ level: 'silent' }), endWithProcess: true });
  await migrate(server.url);
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
      release();
    },
  };
}
