import postgres from 'postgres';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { DatabaseLocator } from '../../../src/store/database-locator.ts';
import { Lane } from '../../../src/store/lane.ts';
import { pruneLog } from '../../../src/store/retention.ts';
import { changeSet, create, database, object, open, remove, update } from './support.ts';

/** Prunes down to the newest revisions. */
async function keepOnly(url: string, revisions: number): Promise<void> {
  const lane = new Lane(new DatabaseLocator(url), systemClock);
  await pruneLog(lane, { ageMs: 86_400_000, revisions });
  await lane.close();
}

test('a pruned log still holds every living object, and the state before each change it tells of', async () => {
  const url = await database();
  const store = await open(url);
  let [living, dying, idle] = (await store.commit(changeSet(...['living', 'dying', 'idle'].map((name) => create(object(name)))))).objects;
  for (let round = 0; round < 6; round++) [living] = (await store.commit(changeSet(update(living!, String(round))))).objects;
  await store.commit(changeSet(remove(dying!)));
  await keepOnly(url, 2);
  const horizon = store.snapshot().revision - 2;

  const reader = await open(url, { history: { changes: 1, ageMs: 0 } });
  expect(reader.snapshot().list('ConfigMap')).toEqual(store.snapshot().list('ConfigMap'));
  expect(reader.snapshot().get('ConfigMap', 'default', 'idle')).toEqual(idle);
  const kept = await store.changesBetween(horizon, store.snapshot().revision);
  expect(kept.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
  expect(await reader.changesBetween(horizon, reader.snapshot().revision)).toEqual(kept);
  await expect(reader.changesBetween(horizon - 1, reader.snapshot().revision)).rejects.toMatchObject({ code: 'EXPIRED' });

  await keepOnly(url, 0);
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  expect(await sql`SELECT name, type FROM change ORDER BY name`).toMatchObject([{ name: 'idle', type: 'ADDED' }, { name: 'living', type: 'MODIFIED' }]);
  await sql.end();
});

test('changes older than the allowed age go, younger ones stay', async () => {
  const url = await database();
  const store = await open(url);
  const { objects: [stored] } = await store.commit(changeSet(create(object('a'))));
  const { objects: [second] } = await store.commit(changeSet(update(stored!, 'b')));
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql`UPDATE change SET at = now() - interval '1 hour'`;
  await store.commit(changeSet(update(second!, 'c')));
  const lane = new Lane(new DatabaseLocator(url), systemClock);
  expect(await pruneLog(lane, { ageMs: 60_000, revisions: 1_000 })).toBe(1);
  await lane.close();
  expect(await sql`SELECT revision::int FROM change ORDER BY revision`).toMatchObject([{ revision: 2 }, { revision: 3 }]);
  await sql.end();
});

test('a server that fell behind the pruned log goes on with what changed meanwhile', async () => {
  const url = await database();
  const busy = await open(url);
  const [gone, changed] = (await busy.commit(changeSet(create(object('gone')), create(object('changed'))))).objects;
  const late = await open(url);
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  // While it cannot read the log, the other one goes on and the log is pruned.
  await sql.begin(async (lock) => {
    await lock`LOCK TABLE change IN ACCESS EXCLUSIVE MODE`;
    await lock`UPDATE revision SET value = value + 1`;
    await lock`DELETE FROM object WHERE name = 'gone'`;
    await lock`DELETE FROM change WHERE name = 'gone'`;
    await lock`UPDATE object SET revision = (SELECT value FROM revision) WHERE name = 'changed'`;
    await lock`UPDATE change SET revision = (SELECT value FROM revision) WHERE name = 'changed'`;
    await lock`UPDATE revision SET horizon = value`;
  });
  await sql.end();
  const heard: unknown[] = [];
  late.onChanges((changes) => heard.push(...changes.map(({ type, object: { metadata }, previous }) => [type, metadata.uid, metadata.resourceVersion, previous?.metadata.resourceVersion])));
  await late.snapshotAtLeast(2);
  expect(heard).toEqual(expect.arrayContaining([['MODIFIED', changed!.metadata.uid, '2', '1'], ['DELETED', gone!.metadata.uid, '2', '1']]));
  expect(heard).toHaveLength(2);
});

test('the state at a recent revision can be had again, an old one is EXPIRED', async () => {
  const store = await open(await database(), { history: { changes: 40, ageMs: 60_000 } });
  const states = [store.snapshot()];
  let [stored] = (await store.commit(changeSet(create(object('a', '0'))))).objects;
  for (let round = 1; round < 100; round++) {
    states.push(store.snapshot());
    [stored] = (await store.commit(changeSet(update(stored!, String(round)), create(object(`b-${round}`))))).objects;
  }
  for (const state of states.slice(-10)) expect(store.snapshotAt(state.revision).list('ConfigMap')).toEqual(state.list('ConfigMap'));
  expect(() => store.snapshotAt(3)).toThrow(expect.objectContaining({ code: 'EXPIRED' }));
});
