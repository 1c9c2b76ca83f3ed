import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../../src/store/embedded-postgres.ts';
import { migrate } from '../../../src/store/migrate.ts';

/** An embedded PostgreSQL with its safe settings and our tables, gone when disposed or when this process ends. */
export async function startDatabase(): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-bench-'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const server = await startEmbeddedPostgres({ dataFolder: folder, logger: pino({ level: 'silent' }), endWithProcess: true });
  await migrate(server.url);
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
