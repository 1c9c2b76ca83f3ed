// Commits pairs of objects from many callers for ever, and prints the name of each pair once it is acknowledged. To be killed.
import { pino } from 'pino';
import { systemClock } from '../../../src/lib/clock.ts';
import type { StoredObject } from '../../../src/model/object.ts';
import { openStore } from '../../../src/store/open-store.ts';

const [, , databaseUrl = '', life = ''] = process.argv;
const store = await openStore({ databaseUrl, clock: systemClock, logger: pino({ level: 'silent' }) });

const made = (name: string): StoredObject => ({
  apiVersion: 'v1', kind: 'ConfigMap',
  metadata: { uid: name, name, namespace: 'default', labels: {}, annotations: {}, creationTimestamp: '2026-01-01T00:00:00.000Z', finalizers: [], ownerReferences: [], resourceVersion: '', generation: 1, managedFields: [] },
});

await Promise.all(Array.from({ length: 16 }, async (_, caller) => {
  for (let round = 0; ; round++) {
    const name = `life-${life}-${caller}-${round}`;
    await store.commit({ writes: [{ type: 'create', object: made(`${name}-one`) }, { type: 'create', object: made(`${name}-two`) }], actor: 'test' });
    process.stdout.write(`${name}\n`);
  }
}));
