import pg from 'pg';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { startProxy } from './proxy.ts';
import { database, open } from './support.ts';
import { soon } from '../../support/soon.ts';

const node = { type: 'node', name: 'node-1' } as const;

const startedMs = Date.now();
/** While it stands still, what a server knows of a token ends by no time of its own: only by being told. */
const still = { ...systemClock, now: () => startedMs };

test('a token stands for its identity on every server until it is revoked', async () => {
  const url = await database();
  const [one, two] = [(await open(url, { clock: still })).credentials, (await open(url, { clock: still })).credentials];
  const { token, expiresAt } = await one.issue(node);
  expect(expiresAt).toBeUndefined();
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(await one.identify(token)).toEqual(node);
  expect(await two.identify(token)).toEqual(node);
  expect(await two.identify(`${token}x`)).toBeUndefined();
  await one.revoke(node);
  expect(await one.identify(token)).toBeUndefined();
  await soon(async () => expect(await two.identify(token)).toBeUndefined());
});

test('of several tokens of an identity all but one can be ended, and none when that one is not there', async () => {
  const url = await database();
  const [one, two] = [(await open(url, { clock: still })).credentials, (await open(url, { clock: still })).credentials];
  const [older, newer] = [await one.issue(node), await one.issue(node)], other = await one.issue({ type: 'node', name: 'node-2' });
  expect(await two.identify(older.token)).toEqual(node);
  expect([await one.keepOnly(node, other.id), await one.keepOnly(node, 'ff'), await one.identify(older.token)]).toEqual([false, false, node]);
  expect(await one.keepOnly(node, newer.id)).toBe(true);
  expect([await one.identify(older.token), await one.identify(newer.token)]).toEqual([undefined, node]);
  await soon(async () => expect(await two.identify(older.token)).toBeUndefined());
  expect(await one.identify(other.token)).toEqual({ type: 'node', name: 'node-2' });
});

test('a token can be a word of a command line: none begins with a dash', async () => {
  const { credentials } = await open(await database());
  const issued = await Promise.all(Array.from({ length: 400 }, () => credentials.issue(node)));
  expect(issued.filter(({ token }) => token.startsWith('-'))).toEqual([]);
});

test('a token ends when its time is over', async () => {
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const { credentials } = await open(await database(), { clock });
  const { token } = await credentials.issue({ type: 'join', name: 'rack-1' }, 1_000);
  expect(await credentials.identify(token)).toEqual({ type: 'join', name: 'rack-1' });
  ahead = 1_000;
  expect(await credentials.identify(token)).toBeUndefined();
});

test('a given text can be made a token, and no token is stored as text', async () => {
  const url = await database();
  const { credentials } = await open(url);
  const token = 'a-token-from-a-file';
  expect(await credentials.identify(token)).toBeUndefined();
  for (let time = 0; time < 2; time++) await credentials.ensure(token, { type: 'admin', name: 'admin' });
  expect(await credentials.identify(token)).toEqual({ type: 'admin', name: 'admin' });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ text: string }>("SELECT c::text || convert_from(hash, 'LATIN1') AS text FROM credential c");
  await client.end();
  expect(rows).toHaveLength(1);
  expect(rows[0]?.text).not.toContain(token);
});

test('while the database is away a token that is not kept is UNAVAILABLE, neither unknown nor a fault', async () => {
  await using proxy = await startProxy(await database());
  const { credentials } = await open(proxy.url);
  const { token } = await credentials.issue(node);
  proxy.cut();
  for (const attempt of [() => credentials.identify(token), () => credentials.issue(node), () => credentials.revoke(node)]) await expect(attempt()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  proxy.mend();
  await soon(async () => expect(await credentials.identify(token)).toEqual(node));
});

test('servers that start together make the same token valid', async () => {
  const url = await database();
  const stores = [(await open(url)).credentials, (await open(url)).credentials];
  const tokens = Array.from({ length: 20 }, (_, at) => `token-${at}`);
  for (const token of tokens) await Promise.all(stores.map((credentials) => credentials.ensure(token, { type: 'admin', name: 'admin' })));
  for (const token of tokens) expect(await stores[0]?.identify(token)).toEqual({ type: 'admin', name: 'admin' });
});
