// One server process on a PostgreSQL that DATABASE_URL names: for several servers on one database, and behind other supervisors.
import path from 'node:path';
import pino from 'pino';
import { readConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { runServer } from './run-server.ts';

const config = readConfig(process.env, process.argv.slice(2));
const logger = pino({ level: config.logLevel, base: null });
const database = await openDatabase(config, logger);
const server = await runServer(config, database.url, logger);
// Timers of the clock keep no process alive, and while the database is away a server without the API has nothing else.
setInterval(() => undefined, 60_000);
logger.info({ url: server.url, adminTokenFile: path.resolve(server.adminTokenFile), roles: [...config.roles] }, 'serving');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => {
  void server.stop().then(() => database.stop()).then(() => process.exit(0), (error: unknown) => {
    logger.error({ err: error }, 'did not stop cleanly');
    process.exit(1);
  });
});
