import { expect, test } from 'vitest';
import { startProxy } from './proxy.ts';
import { changeSet, create, database, object, open } from './support.ts';
import { soon } from '../../support/soon.ts';

const patiently = <T>(look: () => Promise<T> | T): Promise<T> => soon(look);

test('connections that only seem open hold up nobody: commits, the feed, leases, messages and tokens go on over new ones', async () => {
  const url = await database();
  await using proxy = await startProxy(url);
  const store = await open(proxy.url, { unavailableAfterMs: 700, pollEveryMs: 200 });
  const other = await open(url);
  const heard: string[] = [];
  store.messages.subscribe('news', (payload) => heard.push(payload));
  const { token } = await other.credentials.issue({ type: 'node', name: 'atlas' });
  expect(await patiently(() => store.leases.acquire('leader', 'store', 60_000))).toEqual({ epoch: 1 });

  proxy.hush();
  await other.commit(changeSet(create(object('by-the-other'))));
  await patiently(() => expect(store.snapshot().get('ConfigMap', 'default', 'by-the-other')).toBeDefined());
  expect(await patiently(() => store.leases.acquire('leader', 'store', 60_000))).toEqual({ epoch: 1 });
  expect(await patiently(() => store.credentials.identify(token))).toEqual({ type: 'node', name: 'atlas' });
  await patiently(() => store.commit(changeSet(create(object('by-itself')))));
  await patiently(async () => {
    await other.messages.publish('news', 'heard again');
    expect(heard).toContain('heard again');
  });
  await patiently(() => expect(other.snapshot().get('ConfigMap', 'default', 'by-itself')).toBeDefined());
});

test('a feed that reads through a silence moves on when it ends, also where nothing is written any more', async () => {
  const url = await database();
  await using proxy = await startProxy(url);
  const store = await open(proxy.url, { unavailableAfterMs: 500, pollEveryMs: 100 });
  const other = await open(url);
  for (let round = 1; round <= 3; round++) {
    proxy.hush();
    const { revision } = await other.commit(changeSet(create(object(`round-${round}`))));
    await patiently(() => expect(store.snapshot().revision).toBe(revision));
  }
});

test('connections cut all at once while statements follow one another leave none that is stuck', async () => {
  const url = await database();
  await using proxy = await startProxy(url);
  const store = await open(proxy.url, { unavailableAfterMs: 3_000, pollEveryMs: 100 });
  for (let round = 1; round <= 10; round++) {
    const asked = Promise.allSettled([store.leases.nodeAges(), store.leases.renewNode('a'), store.commit(changeSet(create(object(`a-${round}`)))), store.messages.publish('news', 'x')])
      .then(() => Promise.allSettled([store.leases.nodeAges(), store.commit(changeSet(create(object(`b-${round}`))))]));
    proxy.cut();
    proxy.mend();
    await asked;
    await patiently(() => store.leases.holder('leader'));
    await patiently(() => store.commit(changeSet(create(object(`c-${round}`)))).catch((error: { code: string }) => { if (error.code !== 'ALREADY_EXISTS') throw error; }));
  }
  const names = new Set(store.snapshot().list('ConfigMap').map(({ metadata }) => metadata.name));
  for (let round = 1; round <= 10; round++) expect(names).toContain(`c-${round}`);
});
