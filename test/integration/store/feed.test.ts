import pg from 'pg';
import { expect, test } from 'vitest';
import type { Change, Snapshot, Store } from '../../../src/store/store.ts';
import { changeSet, create, database, object, open, remove, update } from './support.ts';
import { soon } from '../../support/soon.ts';

const inShort = ({ revision, type, object: { metadata }, previous }: Change) => [revision, type, metadata.name, metadata.resourceVersion, previous?.metadata.resourceVersion];

/** Records what a listener hears, and checks that each call's snapshot is the one its changes lead to. */
function record(store: Store): Change[] {
  const heard: Change[] = [];
  store.onChanges((changes, snapshot) => {
    expect(store.snapshot()).toBe(snapshot);
    expect(changes.at(-1)?.revision).toBe(snapshot.revision);
    heard.push(...changes);
  });
  return heard;
}

/** Creates, updates and deletes objects of its own for a while. */
async function busy(store: Store, name: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const { objects: [one, two] } = await store.commit(changeSet(create(object(`${name}-${round}-one`)), create(object(`${name}-${round}-two`))));
    const { objects: [updated] } = await store.commit(changeSet(update(one!, 'new')));
    await store.commit(changeSet(remove(updated!), update(two!, 'kept')));
  }
}

function content(snapshot: Snapshot): unknown {
  return snapshot.list('ConfigMap');
}

async function end(backends: string, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database() AND pid <> pg_backend_pid()', [backends]);
  await client.end();
}

test('every listener on every server hears every change once, in the order of the log', async () => {
  const url = await database();
  const stores = await Promise.all([open(url), open(url), open(url)]);
  const heard = stores.map(record);
  await Promise.all(stores.flatMap((store, at) => [busy(store, `s${at}a`, 8), busy(store, `s${at}b`, 8)]));
  const newest = Math.max(...stores.map((store) => store.snapshot().revision));
  const snapshots = await Promise.all(stores.map((store) => store.snapshotAtLeast(newest)));
  const log = (await (await open(url)).changesBetween(0, newest)).map(inShort);
  expect(new Set(log.map(([revision]) => revision)).size).toBe(newest);
  for (const changes of heard) expect(changes.map(inShort)).toEqual(log);
  for (const store of stores) expect((await store.changesBetween(0, newest)).map(inShort)).toEqual(log);
  for (const snapshot of snapshots) expect(content(snapshot)).toEqual(content(snapshots[0]!));
});

test('connections that are killed cost no commit, no change and no repeat', async () => {
  const url = await database();
  const stores = await Promise.all([open(url, { pollEveryMs: 60_000 }), open(url, { pollEveryMs: 60_000 })]);
  const heard = stores.map(record);
  let done = false;
  const work = Promise.all(stores.flatMap((store, at) => ['a', 'b', 'c'].map((letter) => busy(store, `s${at}${letter}`, 8)))).finally(() => (done = true));
  while (!done) {
    const before = stores[0]!.snapshot().revision;
    await end('gantry', url);
    await end('gantry listen', url);
    // A connection that is ended before it could do anything shows nothing.
    await soon(() => expect(done || stores[0]!.snapshot().revision > before).toBe(true));
  }
  await work;
  const newest = Math.max(...stores.map((store) => store.snapshot().revision));
  expect(newest).toBe(2 * 3 * 8 * 3);
  await Promise.all(stores.map((store) => store.snapshotAtLeast(newest)));
  const log = (await stores[0]!.changesBetween(0, newest)).map(inShort);
  for (const changes of heard) expect(changes.map(inShort)).toEqual(log);
});

test('a change whose notification is lost is found by looking', async () => {
  const url = await database();
  const store = await open(url, { pollEveryMs: 50 });
  const heard = record(store);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const made = object('unannounced');
  await client.query('BEGIN');
  await client.query('UPDATE revision SET value = value + 1');
  await client.query("INSERT INTO object VALUES ('ConfigMap', 'default', 'unannounced', $1, (SELECT value FROM revision), false)", [made.metadata.uid]);
  await client.query("INSERT INTO change SELECT value, 0, 'ConfigMap', 'default', 'unannounced', 'ADDED', $1, 'test' FROM revision", [JSON.stringify(made)]);
  await client.query('COMMIT');
  await client.end();
  await soon(() => expect(heard.map(inShort)).toEqual([[1, 'ADDED', 'unannounced', '1', undefined]]));
});

test('snapshotAtLeast says so when a revision does not come, and stops when told', async () => {
  const store = await open(await database(), { unavailableAfterMs: 50 });
  await expect(store.snapshotAtLeast(7)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(store.snapshotAtLeast(7, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
