import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { systemClock } from '../../src/lib/clock.ts';
import type { StoredObject } from '../../src/model/object.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Bench, Row } from './bench.ts';
import { runBench } from './run-bench.ts';
import { openBarePostgres } from './support/bare-postgres.ts';
import { startDatabase } from './support/database.ts';
import { measure, millis, rate } from './support/measure.ts';

const levels = [{ callers: 1, reach: 'p50 ≤ 1 ms' }, { callers: 64, reach: '≥ 8,000/s' }, { callers: 256, reach: '≥ 15,000/s' }] as const;
const measureMs = 3000;

/** Updates of objects of 2 KB, each caller its own and waiting for each answer. */
const bench: Bench = async (tell) => {
  await using database = await startDatabase();
  await using store = await openStore({ databaseUrl: database.url, clock: systemClock, logger: pino({ level: 'silent' }) });
  await using bare = await openBarePostgres(database.url);
  const objects = new Map<number, StoredObject>(), versions = new Map<number, number>();
  for (let caller = 0; caller < 256; caller++) {
    const { objects: [stored] } = await store.commit({ writes: [{ type: 'create', object: made(`object-${caller}`) }], actor: 'bench' });
    objects.set(caller, stored!);
    await bare.insert(`object-${caller}`, JSON.stringify(stored));
    versions.set(caller, 1);
  }
  const update = async (caller: number) => {
    const before = objects.get(caller)!;
    const object = { ...before, metadata: { ...before.metadata, generation: before.metadata.generation + 1 } };
    const { objects: [stored] } = await store.commit({ writes: [{ type: 'update', object, expected: Number(before.metadata.resourceVersion) }], actor: 'bench' });
    objects.set(caller, stored!);
  };
  const updateBare = async (caller: number) => {
    const version = versions.get(caller)!;
    await bare.update(`object-${caller}`, version, JSON.stringify(objects.get(caller)));
    versions.set(caller, version + 1);
  };
  tell('warming up');
  await measure(64, 1500, update);
  await measure(64, 1000, updateBare);
  const rows: Row[] = [];
  for (const { callers, reach } of levels) {
    tell(`${callers} callers`);
    const ours = await measure(callers, measureMs, update);
    tell(`${callers} callers, bare`);
    const peer = await measure(callers, measureMs, updateBare);
    rows.push({
      what: `store: updates of 2 KB, ${callers} ${callers === 1 ? 'caller' : 'callers'}`, reach, ratio: ours.perSecond / peer.perSecond,
      measured: `${rate(ours.perSecond)}, p50 ${millis(ours.p50Ms)}, p99 ${millis(ours.p99Ms)}`, peer: `PostgreSQL ${rate(peer.perSecond)}`,
    });
  }
  return rows;
};

/** An object of about 2 KB as JSON. */
function made(name: string): StoredObject {
  const metadata = { uid: randomUUID(), name, namespace: 'default', labels: { app: 'bench', tier: 'web' }, annotations: {}, creationTimestamp: '2026-01-01T00:00:00.000Z',
    finalizers: [], ownerReferences: [], resourceVersion: '', generation: 1, managedFields: [] };
  const data = Object.fromEntries(Array.from({ length: 24 }, (_, at) => [`setting-${at}`, `value "${at}" ${'x'.repeat(45)}`]));
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as StoredObject;
}

await runBench(bench);
