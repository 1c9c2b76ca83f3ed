import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { follow, podInput, startTestApi } from './support.ts';
import type { Json, TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await startTestApi({ bookmarkMs: 200 }); });
afterAll(() => api[Symbol.asyncDispose]());

const watch = `subscription($selector: String, $where: PodWhere, $after: Revision) { pods(labelSelector: $selector, where: $where, afterRevision: $after) { type revision object { metadata { name labels resourceVersion } } } }`;
const event = (data: Json) => [String(data['pods']?.['type']), (data['pods']?.['object']?.['metadata']?.['name'] ?? null) as string | null] as const;
const isBookmark = (data: Json) => event(data)[0] === 'BOOKMARK';
const createPod = async (name: string, labels = {}) => api.get('mutation($input: PodInput!) { createPod(input: $input) { revision } }', { input: podInput(name, { labels }) });
const label = async (name: string, labels: object) => api.get('mutation($name: String!, $patch: PodPatch!) { patchPod(name: $name, patch: $patch) { revision } }', { name, patch: { metadata: { labels } } });
const remove = async (name: string) => api.get('mutation($name: String!) { deletePod(name: $name, gracePeriodSeconds: 0) { revision } }', { name });

test('what is there comes first, then a BOOKMARK, then every change in order', async () => {
  await createPod('a');
  await createPod('b');
  const pods = follow(api.socket(), watch);
  expect((await pods.until(isBookmark)).map(event)).toEqual([['ADDED', 'a'], ['ADDED', 'b'], ['BOOKMARK', null]]);
  await createPod('c');
  await label('c', { x: '1' });
  await remove('c');
  const changes = await pods.until((data) => event(data)[0] === 'DELETED');
  expect(changes.filter((data) => !isBookmark(data)).map(event)).toEqual([['ADDED', 'c'], ['MODIFIED', 'c'], ['DELETED', 'c']]);
  const revisions = changes.map((data) => Number(data['pods']?.['revision']));
  expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
  await pods.stop();
});

test('an object that begins to match is ADDED, one that ceases to is DELETED', async () => {
  await createPod('m', { app: 'no' });
  const pods = follow(api.socket(), watch, { selector: 'app=yes', where: { name: { startsWith: 'm' } } });
  expect((await pods.until(isBookmark)).map(event)).toEqual([['BOOKMARK', null]]);
  await label('m', { app: 'yes' });
  await label('m', { more: 'x' });
  await label('m', { app: 'no' });
  await label('m', { more: 'y' });
  await label('m', { app: 'yes' });
  await remove('m');
  const seen: (readonly [string, string | null])[] = [];
  while (seen.length < 5) {
    const data = await pods.next();
    if (!isBookmark(data)) seen.push(event(data));
  }
  expect(seen.map(([type]) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED']);
  await pods.stop();
});

test('a subscription resumes after any revision it saw, from another server too, without gap or repeat', async () => {
  const second = await api.second();
  try {
    const first = follow(api.socket(), watch);
    await first.until(isBookmark);
    for (let i = 0; i < 10; i += 1) await createPod(`r-${i}`);
    for (let i = 0; i < 10; i += 2) await remove(`r-${i}`);
    const all = (await first.until((data) => event(data)[0] === 'DELETED' && event(data)[1] === 'r-8')).filter((data) => !isBookmark(data));
    await first.stop();
    expect(all).toHaveLength(15);
    for (const cut of [0, 4, 11]) {
      const resumed = follow(second.socket(), watch, { after: all[cut]?.['pods']?.['revision'] });
      // The other server may hear of the last of them a little later, after a BOOKMARK.
      const wanted = all.slice(cut + 1), missed: Json[] = [];
      while (missed.length < wanted.length) {
        const data = await resumed.next();
        if (!isBookmark(data)) missed.push(data);
      }
      expect(missed.map(event)).toEqual(wanted.map(event));
      await resumed.stop();
    }
    const ahead = follow(second.socket(), watch, { after: '999999999' });
    await expect(ahead.next()).rejects.toThrow(/UNAVAILABLE|INVALID/);
  } finally {
    await second[Symbol.asyncDispose]();
  }
});

test('quiet subscriptions get a BOOKMARK when others move the revision', async () => {
  const pods = follow(api.socket(), watch, { selector: 'app=nothing' });
  const [start] = await pods.until(isBookmark);
  await createPod('elsewhere');
  const later = await pods.next();
  expect(isBookmark(later)).toBe(true);
  expect(Number(later['pods']?.['revision'])).toBeGreaterThan(Number(start?.['pods']?.['revision']));
  await pods.stop();
});

test('many subscribers see the same changes in the same order', async () => {
  const sockets = Array.from({ length: 4 }, () => api.socket());
  const all = sockets.flatMap((socket) => Array.from({ length: 10 }, () => follow(socket, watch, { where: { name: { startsWith: 'many' } } })));
  await Promise.all(all.map((pods) => pods.until(isBookmark)));
  await Promise.all(Array.from({ length: 20 }, (_, i) => createPod(`many-${i}`)));
  const seen = await Promise.all(all.map(async (pods) => {
    const names: string[] = [];
    while (names.length < 20) {
      const data = await pods.next();
      if (!isBookmark(data)) names.push(`${event(data)[1]}@${String(data['pods']?.['revision'])}`);
    }
    return names;
  }));
  for (const names of seen) expect(names).toEqual(seen[0]);
});

test('queries and mutations go over the same connection', async () => {
  const results = api.socket().iterate<Json>({ query: 'mutation { createConfigMap(input: {metadata: {name: "ws"}}) { configMap { metadata { name } } } }' });
  expect((await results.next()).value).toEqual({ data: { createConfigMap: { configMap: { metadata: { name: 'ws' } } } } });
  const wrong = follow(api.socket(), '{ nothing }');
  await expect(wrong.next()).rejects.toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});

/** Opens a raw socket, sends messages, and tells how it was closed. */
function closeCode(messages: readonly object[], headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const socket = new WebSocket(api.url.replace('http', 'ws'), 'graphql-transport-ws', { headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => { for (const message of messages) socket.send(JSON.stringify(message)); });
    socket.on('message', (text) => { if (String(text).includes('connection_ack')) resolve(0); });
    socket.on('close', (code) => resolve(code));
    socket.on('error', reject);
  }).finally(() => socket.terminate()) as Promise<number>;
}

test('without a valid token a connection is not let in', async () => {
  const subscribe = { type: 'subscribe', id: '1', payload: { query: '{ revision }' } };
  expect(await closeCode([{ type: 'connection_init' }])).toBe(4403);
  expect(await closeCode([{ type: 'connection_init', payload: { Authorization: 'Bearer nonsense' } }])).toBe(4403);
  expect(await closeCode([subscribe])).toBe(4401);
  expect(await closeCode([{ type: 'connection_init', payload: { authorization: `Bearer ${api.admin}` } }])).toBe(0);
  expect(await closeCode([{ type: 'connection_init' }], { authorization: `Bearer ${api.admin}` })).toBe(0);
  expect(await closeCode([{ type: 'unheard-of' }])).toBe(4400);
});

test('equal subscriptions share their results, and each still sees all of its own events', async () => {
  const shared = async () => Number(/gantry_api_subscription_results_total\{source="shared"\} (\d+)/.exec(await (await fetch(`${api.origin}/metrics`)).text())?.[1] ?? 0);
  const before = await shared();
  const all = Array.from({ length: 4 }, () => follow(api.socket(), watch, { where: { name: { startsWith: 'sh-' } } }));
  const some = follow(api.socket(), watch, { where: { name: { startsWith: 'sh-1' } } });
  const named = follow(api.socket(), watch.replace('{ type revision', '{ kind: __typename type revision'), { where: { name: { startsWith: 'sh-' } } });
  for (const each of [...all, some, named]) await each.until(isBookmark);
  for (let i = 0; i < 3; i += 1) await createPod(`sh-${i}`);
  await remove('sh-1');
  const isLast = (data: Json) => event(data)[0] === 'DELETED';
  const seen = await Promise.all([...all, named].map(async (each) => (await each.until(isLast)).filter((data) => !isBookmark(data)).map(event)));
  for (const list of seen) expect(list).toEqual([['ADDED', 'sh-0'], ['ADDED', 'sh-1'], ['ADDED', 'sh-2'], ['DELETED', 'sh-1']]);
  expect((await some.until(isLast)).filter((data) => !isBookmark(data)).map(event)).toEqual([['ADDED', 'sh-1'], ['DELETED', 'sh-1']]);
  // Four equal ones: each of four events is executed once for them and the fifth, who chose some of the same events.
  expect(await shared() - before).toBe(4 * 3 + 2);
  for (const each of [...all, some, named]) await each.stop();
});
