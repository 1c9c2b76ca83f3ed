import { expect, test } from 'vitest';
import type { Namespace } from '../../../src/model/object.ts';
import type { ChangeSet, Committed } from '../../../src/store/store.ts';
import { changeSet, create, database, object, open, remove, update, valueOf } from './support.ts';

const codes = (results: readonly PromiseSettledResult<Committed>[]): readonly string[] =>
  results.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code));

test('a change set is there as a whole, at one revision, before commit resolves', async () => {
  const store = await open(await database());
  const { revision, objects } = await store.commit(changeSet(create(object('a', '1')), create(object('b', '2'))));
  expect(store.snapshot().revision).toBe(revision);
  expect(store.snapshot().list('ConfigMap', 'default')).toEqual(objects);
  expect(objects.map(({ metadata }) => metadata.resourceVersion)).toEqual([String(revision), String(revision)]);
});

test('a change set with one write that fails changes nothing, and names the object', async () => {
  const store = await open(await database());
  await store.commit(changeSet(create(object('taken'))));
  const before = store.snapshot();
  await expect(store.commit(changeSet(create(object('new')), create(object('taken'))))).rejects.toMatchObject({
    code: 'ALREADY_EXISTS', message: 'ConfigMap "default/taken" already exists', details: { subject: { kind: 'ConfigMap', namespace: 'default', name: 'taken' } },
  });
  expect(store.snapshot()).toBe(before);
});

test('a failing set of a batch fails alone', async () => {
  const store = await open(await database());
  const { objects: [stored] } = await store.commit(changeSet(create(object('a'))));
  if (stored === undefined) throw new Error('nothing stored');
  const other = object('a', '', {});
  const sets: readonly ChangeSet[] = [
    changeSet(create(object('b'))), changeSet(create(object('a'))), changeSet(create(object('c'))), changeSet(remove(object('missing', '', {}))),
    changeSet({ type: 'update', object: { ...other, metadata: { ...other.metadata } }, expected: Number(stored.metadata.resourceVersion) }), changeSet(create(object('d'))),
  ];
  expect(codes(await Promise.allSettled(sets.map((set) => store.commit(set))))).toEqual(['ok', 'ALREADY_EXISTS', 'ok', 'NOT_FOUND', 'CONFLICT', 'ok']);
  expect(store.snapshot().list('ConfigMap').map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'd']);
});

test('of many updates of one state one wins', async () => {
  const url = await database();
  const stores = [await open(url), await open(url)];
  const { revision, objects: [stored] } = await stores[0]!.commit(changeSet(create(object('a', 'first'))));
  if (stored === undefined) throw new Error('nothing stored');
  await Promise.all(stores.map((store) => store.snapshotAtLeast(revision)));
  const results = codes(await Promise.allSettled(Array.from({ length: 40 }, (_, i) => stores[i % 2]!.commit(changeSet(update(stored, `by ${i}`))))));
  expect(results.filter((code) => code === 'ok')).toHaveLength(1);
  expect(results.filter((code) => code === 'CONFLICT')).toHaveLength(39);
});

test('concurrent counters on two stores lose no update', async () => {
  const url = await database();
  const stores = [await open(url), await open(url)];
  const first = await stores[0]!.commit(changeSet(...['x', 'y', 'z'].map((name) => create(object(name, '0')))));
  const seen: number[] = [];
  const count = async (worker: number): Promise<void> => {
    const store = stores[worker % 2]!;
    let after = first.revision;
    for (let done = 0; done < 25; ) {
      const stored = (await store.snapshotAtLeast(after)).get('ConfigMap', 'default', ['x', 'y', 'z'][(worker + done) % 3]!)!;
      try {
        ({ revision: after } = await store.commit(changeSet(update(stored, String(Number(valueOf(stored)) + 1)))));
        seen.push(after);
        done++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'CONFLICT' });
        after = store.snapshot().revision;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => count(worker)));
  const last = await stores[0]!.snapshotAtLeast(Math.max(...seen));
  const total = ['x', 'y', 'z'].reduce((sum, name) => sum + Number(valueOf(last.get('ConfigMap', 'default', name))), 0);
  expect(total).toBe(200);
  expect(new Set(seen).size).toBe(200);
  expect(Math.max(...seen)).toBe(first.revision + 200);
});

test('a namespace must be there and not be going', async () => {
  const store = await open(await database());
  const inNamespace = (name: string): ChangeSet => ({ ...changeSet(create(object('a', '', { namespace: name }))), preconditions: [{ type: 'namespace-active', name }] });
  await expect(store.commit(inNamespace('shop'))).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'Namespace "shop" not found' });
  const { objects: [namespace] } = await store.commit(changeSet(create(object('shop', '', { kind: 'Namespace', namespace: '' }))));
  await store.commit(inNamespace('shop'));
  const going = { ...namespace, metadata: { ...namespace!.metadata, deletionTimestamp: '2026-01-01T00:00:00.000Z' } } as Namespace;
  await store.commit(changeSet({ type: 'update', object: going, expected: Number(namespace!.metadata.resourceVersion) }));
  await expect(store.commit({ ...inNamespace('shop'), writes: [create(object('b', '', { namespace: 'shop' }))] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a set may demand that another object is unchanged, also without writing', async () => {
  const store = await open(await database());
  const { objects: [watched] } = await store.commit(changeSet(create(object('watched'))));
  const key = { kind: 'ConfigMap', namespace: 'default', name: 'watched' } as const;
  const demand = { ...changeSet(), preconditions: [{ type: 'unchanged', key, revision: Number(watched!.metadata.resourceVersion) }] } as const;
  await store.commit(demand);
  const [, stale] = await Promise.allSettled([store.commit(changeSet(update(watched!, 'new'))), store.commit(demand)]);
  expect(stale).toMatchObject({ status: 'rejected', reason: { code: 'CONFLICT' } });
});

test('text that PostgreSQL cannot keep is refused as invalid, and so is nothing else', async () => {
  const store = await open(await database());
  for (const text of ['\u0000', '\ud83d', 'a\\\ude00']) await expect(store.commit(changeSet(create(object('bad', text))))).rejects.toMatchObject({ code: 'INVALID' });
  for (const text of ['\\u0000', '\\\\ud83d', '😀', "'; DROP TABLE change; --", '\n\t"']) {
    const { objects: [stored] } = await store.commit(changeSet(create(object(`good-${text.length}-${text.charCodeAt(0)}`, text))));
    expect(valueOf(stored)).toBe(text);
  }
});

test('a new store finds everything as it was', async () => {
  const url = await database();
  const first = await open(url);
  const { objects } = await first.commit(changeSet(create(object('a', '😀')), create(object('b'))));
  await first.commit(changeSet(remove(objects[1]!)));
  const second = await open(url);
  expect(second.snapshot().revision).toBe(first.snapshot().revision);
  expect(second.snapshot().list('ConfigMap')).toEqual(first.snapshot().list('ConfigMap'));
});
