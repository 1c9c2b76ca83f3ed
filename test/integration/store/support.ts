import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import type { KindName, StoredObject } from '../../../src/model/object.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { StoreOptions } from '../../../src/store/open-store.ts';
import type { ChangeSet, Store, Write } from '../../../src/store/store.ts';
import { freshDatabase } from '../../support/postgres.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A migrated database that goes after the test. */
export async function database(): Promise<string> {
  const { url, drop } = await freshDatabase();
  cleanups.push(drop);
  await migrate(url);
  return url;
}

/** A store that is closed after the test. */
export async function open(databaseUrl: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ databaseUrl, clock: systemClock, logger: pino({ level: 'silent' }), ...options });
  cleanups.push(async () => store[Symbol.asyncDispose]());
  return store;
}

/** A ConfigMap, or with `kind` anything else, as the registry would make it. */
export function object(name: string, value = '', more: { readonly kind?: KindName; readonly namespace?: string; readonly uid?: string; readonly labels?: Record<string, string>; readonly owner?: string } = {}): StoredObject {
  const { kind = 'ConfigMap', namespace = 'default', uid = randomUUID(), labels = {}, owner } = more;
  const ownerReferences = owner === undefined ? [] : [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner }];
  const metadata = { uid, name, ...(namespace === '' ? {} : { namespace }), labels, annotations: {}, creationTimestamp: '2026-01-01T00:00:00.000Z', finalizers: [], ownerReferences, resourceVersion: '', generation: 1, managedFields: [] };
  return { apiVersion: 'v1', kind, metadata, data: { value } } as StoredObject;
}

/** What `object` was given as its value. */
export function valueOf(stored: StoredObject | undefined): string | undefined {
  return (stored as { data?: { value?: string } } | undefined)?.data?.value;
}

/** The same object with another value. */
export function withValue(stored: StoredObject, value: string): StoredObject {
  return { ...stored, data: { value } } as StoredObject;
}

export const create = (made: StoredObject): Write => ({ type: 'create', object: made });
export const update = (stored: StoredObject, value: string): Write => ({ type: 'update', object: withValue(stored, value), expected: Number(stored.metadata.resourceVersion) });
export const remove = (stored: StoredObject): Write => ({ type: 'delete', object: stored, expected: Number(stored.metadata.resourceVersion) });
export const changeSet = (...writes: readonly Write[]): ChangeSet => ({ writes, actor: 'test' });
