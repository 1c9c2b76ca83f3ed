import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { startApi } from '../../../src/api/start-api.ts';
import { createEventRecorder } from '../../../src/control/event-recorder.ts';
import type { EventRecorder } from '../../../src/control/event-recorder.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { systemRandom } from '../../../src/lib/random.ts';
import { openLog } from '../../../src/main/open-log.ts';
import { bootstrap } from '../../../src/registry/bootstrap.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { startDatabase } from './database.ts';

/** A server in this process, without controllers and scheduler: what is measured runs alone. */
export interface BenchServer extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly store: Store;
  readonly registry: Registry;
  readonly recorder: EventRecorder;
  readonly logger: Logger;
  /** `http://127.0.0.1:…/graphql`. */
  readonly url: string;
  /** An administrator's. */
  readonly token: string;
}

/** Starts one on a database of its own. */
export async function startServer(): Promise<BenchServer> {
  const database = await startDatabase();
  // A line for each request is part of what a request costs.
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-bench-'));
  const logger: Logger = pino({ level: 'info', base: null }, openLog(path.join(folder, 'server.log'))), clock = systemClock;
  // The open file stays until this process ends, however it does.
  await rm(folder, { recursive: true });
  const store = await openStore({ databaseUrl: database.url, clock, logger });
  const registry = createRegistry({ store, clock, random: systemRandom, config: { serviceCIDR: '10.96.0.0/16', podCIDR: '10.128.0.0/10', nodePortRange: [30_000, 32_767] } });
  await bootstrap(registry, store);
  const recorder = createEventRecorder({ registry, store, clock });
  const api = await startApi({ store, registry, recorder, logger, clock, host: '127.0.0.1', port: 0, version: 'bench', serverId: 'bench', limits: { operationsPerSecond: 1_000_000, operationsAtOnce: 1_000_000 } });
  const { token } = await store.credentials.issue({ type: 'admin', name: 'bench' });
  return {
    databaseUrl: database.url, store, registry, recorder, logger, url: api.url, token,
    async [Symbol.asyncDispose]() {
      await api.close();
      await recorder[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
