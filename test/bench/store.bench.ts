// Commits per second of one store on an embedded PostgreSQL with its safe settings: `node --import tsx test/bench/store.bench.ts`. Prints a table.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../../src/lib/clock.ts';
import type { StoredObject } from '../../src/model/object.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';

const rows: readonly { readonly callers: number; readonly reach: string }[] = [
  { callers: 1, reach: 'p50 ≤ 1 ms' }, { callers: 16, reach: '' }, { callers: 64, reach: '≥ 8,000/s' }, { callers: 256, reach: '≥ 15,000/s' },
];
const measureMs = 3_000;

/** An object of about 2 KB as JSON. */
function made(name: string): StoredObject {
  const metadata = { uid: randomUUID(), name, namespace: 'default', labels: { app: 'bench', tier: 'web' }, annotations: {}, creationTimestamp: '2026-01-01T00:00:00.000Z',
    finalizers: [], ownerReferences: [], resourceVersion: '', generation: 1, managedFields: [] };
  const data = Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`setting-${at}`, `value "${at}" ${'x'.repeat(45)}`]));
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as StoredObject;
}

/** Each caller updates an object of its own and waits for each answer. */
async function updates(store: Store, callers: number): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + measureMs;
  await Promise.all(Array.from({ length: callers }, async () => {
    let [stored] = (await store.commit({ writes: [{ type: 'create', object: made(randomUUID()) }], actor: 'bench' })).objects as [StoredObject];
    while (performance.now() < end) {
      const from = performance.now();
      const next = { ...stored, metadata: { ...stored.metadata, generation: stored.metadata.generation + 1 } };
      [stored] = (await store.commit({ writes: [{ type: 'update', object: next, expected: Number(stored.metadata.resourceVersion) }], actor: 'bench' })).objects as [StoredObject];
      latencies.push(performance.now() - from);
    }
  }));
  return latencies.sort((a, b) => a - b);
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'gantry-bench-'));
const logger = pino({ level: 'silent' });
const server = await startEmbeddedPostgres({ dataFolder: folder, logger, endWithProcess: true });
await migrate(server.url);
const store = await openStore({ databaseUrl: server.url, clock: systemClock, logger });
await updates(store, 64);
for (const { callers, reach } of rows) {
  const cpu = process.cpuUsage();
  const latencies = await updates(store, callers);
  const used = process.cpuUsage(cpu);
  const at = (share: number): string => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2);
  console.log(`${String(callers).padStart(4)} callers  ${Math.round(latencies.length / (measureMs / 1000)).toLocaleString('en').padStart(7)}/s  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms` +
    `  node ${((used.user + used.system) / 10 / measureMs).toFixed(0)} %  ${reach}`);
}
await store[Symbol.asyncDispose]();
await server.stop();
await rm(folder, { recursive: true, force: true });
