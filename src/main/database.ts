import path from 'node:path';
import type { Logger } from 'pino';
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import type { Config } from './config.ts';

/** The database that the configuration asks for. */
export interface Database {
  readonly url: string;
  /** For people; no password in it. */
  readonly description: string;
  stop(): Promise<void>;
}

/** The server that DATABASE_URL names, or the embedded one with its data in the state folder. */
export async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  if (config.databaseUrl) {
    const { host, pathname } = new URL(config.databaseUrl);
    return { url: config.databaseUrl, description: `${host}${pathname}`, stop: async () => {} };
  }
  const dataFolder = path.join(config.stateFolder, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataFolder, logger });
  return { url: postgres.url, description: `embedded, data in ${path.relative(process.cwd(), dataFolder) || dataFolder}`, stop: () => postgres.stop() };
}
