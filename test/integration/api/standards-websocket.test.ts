import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { asAdministrator } from '../../support/postgres.ts';
import { startProxy } from '../store/proxy.ts';
import type { Proxy } from '../store/proxy.ts';
import { follow, startTestApi } from './support.ts';
import type { Json, TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await startTestApi({ limits: { waitingEvents: 50 } }); });
afterAll(() => api[Symbol.asyncDispose]());

const init = () => ({ type: 'connection_init', payload: { Authorization: `Bearer ${api.admin}` } });
const watching = (id: string) => ({ type: 'subscribe', id, payload: { query: 'subscription { configMaps { type } }' } });

/** One raw socket: sends `messages` in order, each after the one before was answered where it asks for an answer, and tells how the server closed it. */
function closing(messages: readonly (object | string | Buffer)[], to: Pick<TestApi, 'url'> = api, whenIn: () => void = () => undefined): Promise<readonly [number, string]> {
  const socket = new WebSocket(to.url.replace('http', 'ws'), 'graphql-transport-ws');
  const left = [...messages];
  const sendNext = () => {
    const message = left.shift();
    if (message === undefined) return;
    socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
    const isAnswered = message instanceof Object && 'type' in message && message.type === 'connection_init' && !('twice' in message);
    if (!isAnswered) sendNext();
  };
  return new Promise<readonly [number, string]>((resolve, reject) => {
    socket.on('open', sendNext);
    socket.on('message', (text) => { if (String(text).includes('connection_ack')) { sendNext(); whenIn(); } });
    socket.on('close', (code, reason) => resolve([code, String(reason)]));
    socket.on('error', reject);
  }).finally(() => socket.terminate());
}

describe('graphql-transport-ws closes with', () => {
  test.each([
    ['no JSON', 'hello'],
    ['half a message', '{"type":'],
    ['no type', {}],
    ['a type of no meaning', { type: 'start' }],
    ['an ack, which only servers send', { type: 'connection_ack', extra: 1 }],
    ['a result, which only servers send', { type: 'next', id: '1', payload: { data: {} } }],
    ['a list', []],
    ['nothing', 'null'],
    ['bytes', Buffer.from('{"type":"ping"}')],
    ['a payload that is no map', { type: 'connection_init', payload: 'token', twice: true }],
    ['a subscribe without id', { type: 'subscribe', payload: { query: '{ revision }' } }],
    ['a subscribe without query', { type: 'subscribe', id: '1', payload: {} }],
    ['a subscribe with an empty id', { type: 'subscribe', id: '', payload: { query: '{ revision }' } }],
    ['variables that are no map', { type: 'subscribe', id: '1', payload: { query: '{ revision }', variables: 'x' } }],
  ])('4400 for %s', async (_what, message) => {
    const [code, reason] = await closing([init(), message]);
    expect(code).toBe(4400);
    expect(reason).not.toMatch(/\n|\.ts|node_modules/);
  });

  test('4401 for an operation before connection_ack', async () => {
    expect(await closing([watching('1')])).toEqual([4401, 'Unauthorized']);
  });

  test('4403 for a token that is not valid', async () => {
    expect(await closing([{ type: 'connection_init', payload: { Authorization: 'Bearer nonsense' } }])).toEqual([4403, 'Forbidden']);
    expect(await closing([{ type: 'connection_init' }])).toEqual([4403, 'Forbidden']);
  });

  test('4406 for another subprotocol', async () => {
    const another = new WebSocket(api.url.replace('http', 'ws'));
    expect(await new Promise((resolve) => { another.on('close', (code, reason) => resolve([code, String(reason)])); })).toEqual([4406, 'Subprotocol not acceptable']);
  });

  test('4408 for a connection that never says connection_init', async () => {
    expect(await closing([{ type: 'ping' }])).toEqual([4408, 'Connection initialisation timeout']);
  });

  test('4409 for an id in use', async () => {
    expect(await closing([init(), watching('one'), watching('one')])).toEqual([4409, 'Subscriber for one already exists']);
  });

  test('4429 for a second connection_init', async () => {
    expect(await closing([init(), init()])).toEqual([4429, 'Too many initialisation requests']);
    expect(await closing([{ ...init(), twice: true }, init()])).toEqual([4429, 'Too many initialisation requests']);
  });

  test('1009 for a message over the limit', async () => {
    expect((await closing([init(), `{"type":"ping","payload":"${'x'.repeat(3 * 1024 * 1024)}"}`]))[0]).toBe(1009);
  });
});

describe('whatever a connection has done, it is closed with', () => {
  const bearer = (token: string) => ({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });

  test('4403 where its token ends', async () => {
    const own = await startTestApi({ pingMs: 100 });
    try {
      const node = { type: 'node', name: 'ended' } as const, token = await own.token(node);
      expect(await closing([bearer(token)], own, () => void own.store.credentials.revoke(node))).toEqual([4403, 'the token is no longer valid']);
    } finally {
      await own[Symbol.asyncDispose]();
    }
  });

  test('1013 where its token cannot be looked up now, and is let in later', async () => {
    let way: Proxy | undefined;
    const own = await startTestApi({}, async (url) => (way = await startProxy(url)).url);
    try {
      const token = await own.token({ type: 'node', name: 'new' });
      way?.cut();
      expect(await closing([bearer(token)], own)).toEqual([1013, 'the database does not answer']);
      expect(own.logged.filter((line) => line.includes('fault of the server'))).toEqual([]);
      way?.mend();
      await expect.poll(async () => new Promise((resolve) => { void closing([bearer(token)], own, () => resolve('in')).then(([code]) => resolve(code)); }), { timeout: 30_000 }).toBe('in');
    } finally {
      await own[Symbol.asyncDispose]();
      await way?.[Symbol.asyncDispose]();
    }
  });

  test('4500 where the server fails, and only the log says why', async () => {
    const own = await startTestApi();
    try {
      const token = await own.token({ type: 'node', name: 'unlucky' });
      await asAdministrator(`DROP DATABASE ${new URL(own.databaseUrl).pathname.slice(1)} WITH (FORCE)`);
      expect(await closing([bearer(token)], own)).toEqual([4500, 'internal error']);
      expect(own.logged.some((line) => line.includes('fault of the server') && !line.includes(token))).toBe(true);
    } finally {
      await own[Symbol.asyncDispose]();
    }
  });

  test('1001 where the server stops', async () => {
    const own = await startTestApi();
    let stopped: PromiseLike<void> | undefined;
    expect(await closing([bearer(own.admin)], own, () => { stopped = own[Symbol.asyncDispose](); })).toEqual([1001, 'the server stops']);
    await stopped;
  });
});

const watch = 'subscription($after: Revision) { configMaps(afterRevision: $after) { type revision object { metadata { name } data } } }';
const change = (data: Json) => data['configMaps'] as unknown as { readonly type: string; readonly revision: string; readonly object: { readonly metadata: { readonly name: string } } | null };

test('a subscriber who does not read is cut off with an error that says how to go on, and resumes without a gap', async () => {
  const socket = new WebSocket(api.url.replace('http', 'ws'), 'graphql-transport-ws');
  const received: { readonly type: string; readonly payload: unknown }[] = [];
  const until = (isThere: () => boolean) => new Promise<void>((resolve) => {
    const look = () => { if (isThere()) { socket.off('message', look); resolve(); } };
    socket.on('message', look);
    look();
  });
  socket.on('message', (text) => received.push(JSON.parse(String(text)) as (typeof received)[number]));
  await new Promise((resolve) => { socket.on('open', resolve); });
  socket.send(JSON.stringify(init()));
  await until(() => received.length > 0);
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: watch } }));
  const isBookmark = (message: (typeof received)[number]) => message.type === 'next' && JSON.stringify(message.payload).includes('BOOKMARK');
  await until(() => received.some(isBookmark));
  socket.pause();
  const write = 'mutation($input: ConfigMapInput!) { createConfigMap(input: $input) { revision } }';
  const isCut = async () => (await (await fetch(`${api.origin}/metrics`)).text()).includes('gantry_api_slow_subscribers_total{field="configMaps"} 1');
  const names: string[] = [];
  while (!(await isCut())) {
    names.push(`big-${names.length}`);
    await api.get(write, { input: { metadata: { name: names.at(-1) }, data: { text: 'x'.repeat(300_000) } } });
    expect(names.length).toBeLessThan(300);
  }
  socket.resume();
  await until(() => received.at(-1)?.type === 'error');
  expect(received.at(-1)).toMatchObject({ id: '1', payload: [{ message: expect.stringContaining('afterRevision') as string, extensions: { code: 'UNAVAILABLE' } }] });
  const seen = received.filter(({ type }) => type === 'next').map(({ payload }) => change((payload as { data: Json }).data));
  const got = seen.flatMap(({ object }) => object?.metadata.name ?? []).filter((name) => name.startsWith('big-'));
  expect(got).toEqual(names.slice(0, got.length));
  socket.terminate();

  const resumed = follow(api.socket(), watch, { after: seen.at(-1)?.revision });
  const rest = (await resumed.until((data) => change(data).type === 'BOOKMARK')).flatMap((data) => change(data).object?.metadata.name ?? []);
  expect([...got, ...rest]).toEqual(names);
  await resumed.stop();
});
