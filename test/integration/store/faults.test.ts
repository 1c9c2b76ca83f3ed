import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startProxy } from './proxy.ts';
import { changeSet, create, database, object, open, update } from './support.ts';

test('a commit whose answer is lost takes effect once and is not reported failed', async () => {
  const url = await database();
  await using proxy = await startProxy(url);
  const store = await open(proxy.url);
  let { objects: [stored] } = await store.commit(changeSet(create(object('counter', '0'))));
  for (let round = 1; round <= 5; round++) {
    proxy.loseNextAnswer();
    const committed = await store.commit(changeSet(update(stored!, String(round)), create(object(`made-${round}`))));
    expect(committed.revision).toBe(1 + round);
    [stored] = committed.objects;
  }
  expect(proxy.lost).toBe(5);
  const other = await open(url);
  expect(other.snapshot().revision).toBe(6);
  expect(other.snapshot().list('ConfigMap')).toEqual(store.snapshot().list('ConfigMap'));
});

test('without a database commits end as UNAVAILABLE, and go on when it is back', async () => {
  const url = await database();
  await using proxy = await startProxy(url);
  const store = await open(proxy.url, { unavailableAfterMs: 300 });
  const patient = async (name: string): Promise<unknown> => store.commit(changeSet(create(object(name)))).catch((error: { code: string }) => (error.code === 'UNAVAILABLE' ? patient(name) : error));
  await patient('before');
  proxy.cut();
  await expect(store.commit(changeSet(create(object('during'))))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(store.snapshot().list('ConfigMap')).toHaveLength(1);
  proxy.mend();
  await patient('after');
  const names = store.snapshot().list('ConfigMap').map(({ metadata }) => metadata.name);
  expect(names).toEqual(['after', 'before']);
});

test('a short loss of the database is not noticed by callers', async () => {
  const url = await database();
  await using proxy = await startProxy(url);
  const store = await open(proxy.url);
  proxy.cut();
  const commits = Array.from({ length: 20 }, (_, at) => store.commit(changeSet(create(object(`set-${at}`)))));
  proxy.mend();
  await Promise.all(commits);
  expect(store.snapshot().list('ConfigMap')).toHaveLength(20);
});

test('nothing acknowledged is lost and no set is half there when the server is killed', async () => {
  const url = await database();
  const support = path.resolve('test/integration/store/committing-server.ts');
  const acknowledged: string[] = [];
  for (let life = 0; life < 3; life++) {
    const child = spawn(process.execPath, ['--import', 'tsx', support, url, String(life)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let heard = 0;
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line);
      if (++heard === 200 + life * 37) child.kill('SIGKILL');
    }
    await exited;
  }
  const store = await open(url);
  const stored = new Set(store.snapshot().list('ConfigMap').map(({ metadata }) => metadata.name));
  expect(acknowledged.length).toBeGreaterThan(600);
  for (const name of acknowledged) expect(stored).toContain(`${name}-one`);
  for (const name of stored) expect(stored).toContain(name.endsWith('-one') ? name.replace('-one', '-two') : name.replace('-two', '-one'));
});
