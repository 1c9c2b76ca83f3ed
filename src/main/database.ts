import path from 'node:path';
import type { Logger } from 'pino';
import { systemClock } from '../lib/clock.ts';
import { awaitDatabase } from '../store/await-database.ts';
import { describeDatabase } from '../store/database-address.ts';
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import type { Config } from './config.ts';

/** The database that the configuration asks for. */
export interface Database {
  readonly url: string;
  /** For people; no password in it. */
  readonly description: string;
  stop(): Promise<void>;
}

/** The server that DATABASE_URL names, waited for as long as it does not answer, or the embedded one with its data in the state folder. `tell` hears what is waited for. */
export async function openDatabase(config: Config, logger: Logger, tell: (text: string) => void): Promise<Database> {
  if (config.databaseUrl) {
    await awaitDatabase(config.databaseUrl, systemClock, tell);
    return { url: config.databaseUrl, description: describeDatabase(config.databaseUrl), stop: async () => {} };
  }
  const dataFolder = path.join(config.stateFolder, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataFolder, logger });
  return { url: postgres.url, description: `embedded, data in ${path.relative(process.cwd(), dataFolder) || dataFolder}`, stop: () => postgres.stop() };
}
