// One server process on a PostgreSQL that DATABASE_URL names: for several servers on one database, and behind other supervisors.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { isConnectionLoss } from '../store/connection.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { openLog } from './open-log.ts';
import { runServer } from './run-server.ts';
import type { RunningServer } from './run-server.ts';
import { readServerId } from './server-id.ts';
import { lockState } from './state-lock.ts';

const logger = pino({ level: process.env['GANTRY_LOG'] || 'info', base: null }, openLog(1));
// Timers of the clock keep no process alive, and while the database is away a server has nothing else.
setInterval(() => undefined, 60_000);
try {
  await serve(readConfig(process.env, process.argv.slice(2)));
} catch (error) {
  // What a person can mend is said in a line; the rest is a fault, and its stack helps to find it.
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigError) logger.fatal(text);
  else logger.fatal({ err: process.env['GANTRY_LOG'] === 'debug' ? error : undefined }, `did not start: ${text}`);
  process.exit(1);
}

async function serve(config: Config): Promise<void> {
  mkdirSync(config.stateFolder, { recursive: true, mode: 0o700 });
  process.once('exit', lockState(config.stateFolder));
  let stop = async (): Promise<void> => {};
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => {
    void stop().then(() => process.exit(0), (error: unknown) => {
      logger.error({ err: error }, 'did not stop cleanly');
      process.exit(1);
    });
  });
  const database = await openDatabase(config, logger, tellNowAndThen());
  stop = database.stop;
  const server = await runPatiently(config, database.url);
  stop = async () => { await server.stop(); await database.stop(); };
  logger.info({ url: server.url, adminTokenFile: path.resolve(server.adminTokenFile), roles: [...config.roles] }, 'serving');
}

/** A database that goes away while the server starts is waited for again. */
async function runPatiently(config: Config, databaseUrl: string): Promise<RunningServer> {
  const identity = { serverId: await readServerId(config.stateFolder), isOnlyOne: true };
  for (;;) {
    try {
      return await runServer(config, databaseUrl, logger, identity);
    } catch (error) {
      if (!isConnectionLoss(error) && (error as { code?: unknown }).code !== 'UNAVAILABLE') throw error;
      logger.warn({ err: error }, 'lost PostgreSQL while starting; waiting for it');
      await openDatabase(config, logger, tellNowAndThen());
    }
  }
}

/** The first time, and then about every ten seconds. */
function tellNowAndThen(): (waitingFor: string) => void {
  let toldAtMs = 0;
  return (waitingFor) => {
    if (Date.now() - toldAtMs < 10_000) return;
    toldAtMs = Date.now();
    logger.warn(`waiting for ${waitingFor}`);
  };
}
