import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readCredential, writeCredential } from '../../../agent/node/credential.ts';
import { rotateCredential } from '../../../agent/node/rotate-credential.ts';
import type { RotationOptions } from '../../../agent/node/rotate-credential.ts';
import { createClient } from '../../../src/client/create-client.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { startTestApi } from '../api/support.ts';
import type { TestApi } from '../api/support.ts';
import { soon } from '../../support/soon.ts';

const logger = pino({ level: 'silent' });
let api: TestApi;
beforeAll(async () => { api = await startTestApi({ nodeCredentialMs: 3_600_000 }); });
afterAll(() => api[Symbol.asyncDispose]());

/** A node that has joined, with its folder; `start` runs its rotation, which a stop ends. */
async function joined(nodeName: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-rotate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await api.get('mutation($name: String!) { createNode(input: { metadata: { name: $name } }) { revision } }', { name: nodeName });
  const { id, token, expiresAt } = await api.store.credentials.issue({ type: 'node', name: nodeName }, 3_600_000);
  const clusterID = 'c';
  await writeCredential(folder, { token, clusterID, issued: { id, atMs: Date.now(), expiresAtMs: expiresAt!, isConfirmed: false } });
  const start = async (wrap: (client: RotationOptions['client']) => RotationOptions['client'] = (client) => client, ahead = 0) => {
    const credential = (await readCredential(folder))!;
    const client = createClient({ url: api.url, token: credential.token, logger });
    const abort = new AbortController();
    const running = rotateCredential({ nodeName, folder, credential, client: wrap(client), clock: { ...systemClock, now: () => Date.now() + ahead }, logger, signal: abort.signal });
    return { client, async stop() { abort.abort(); await running; await client[Symbol.asyncDispose](); } };
  };
  const held = async () => (await readCredential(folder))!;
  const isGood = async (one: string) => (await api.ask('{ revision }', {}, one)).status === 200;
  return { folder, first: token, start, held, isGood };
}

test('a node changes its credential when its time comes; the old one ends, and requests and subscriptions go on with the new one', async () => {
  const { first, start, held, isGood } = await joined('rotates');
  const running = await start(undefined, 3_000_000);
  await soon(async () => expect(await held()).toMatchObject({ token: expect.not.stringMatching(first) as unknown, issued: { isConfirmed: true } }));
  expect((await running.client.request<{ revision: string }>('{ revision }')).revision).toMatch(/^\d+$/);
  for await (const { type } of running.client.nodeWork('rotates')) if (type === 'BOOKMARK') break;
  await running.stop();
  const { token } = await held();
  expect([await isGood(first), await isGood(token)]).toEqual([false, true]);
  expect(await readFile(path.join((await joined('other')).folder, 'credential.json'), 'utf8')).not.toContain(token);
});

test.each(['before the new one is written down', 'before it is confirmed'])('killed %s, a node holds one that is good, and ends the others when it is back', async (when) => {
  const { first, start, held, isGood } = await joined(when.includes('written') ? 'killed-early' : 'killed-late');
  // Each call at which the process dies never answers.
  const dead = new Promise<never>(() => undefined);
  let isAsked = false;
  const running = await start((client) => ({
    ...client,
    rotateNodeCredential: async (name, options) => {
      const issued = await client.rotateNodeCredential(name, options);
      if (!when.includes('written')) return issued;
      isAsked = true;
      return dead;
    },
    confirmNodeCredential: (name, id, options) => {
      if (when.includes('written') || !isAsked) { isAsked = !when.includes('written'); return client.confirmNodeCredential(name, id, options); }
      return dead;
    },
  }), 3_000_000);
  await soon(async () => expect([isAsked, (await held()).token === first]).toEqual([true, when.includes('written')]));
  void running.stop();
  expect(await isGood((await held()).token)).toBe(true);
  expect(await isGood(first)).toBe(true);

  const again = await start(undefined, when.includes('written') ? 3_000_000 : 0);
  await soon(async () => expect([(await held()).issued?.isConfirmed, (await held()).token === first]).toEqual([true, false]));
  await again.stop();
  expect(await isGood(first)).toBe(false);
  expect(await isGood((await held()).token)).toBe(true);
});

test('a node that is shut out is refused, and another node\'s credentials stay', async () => {
  const out = await joined('out'), stays = await joined('stays');
  expect(await api.get('mutation { revokeNodeCredentials(nodeName: "out") { nodeName } }')).toEqual({ revokeNodeCredentials: { nodeName: 'out' } });
  expect([await out.isGood(out.first), await stays.isGood(stays.first)]).toEqual([false, true]);
});

test('only the node itself changes its credential, and an unknown id ends nothing', async () => {
  const { first, isGood } = await joined('own');
  const { first: foreign } = await joined('foreign');
  for (const field of ['rotateNodeCredential(nodeName: "own")', 'confirmNodeCredential(nodeName: "own", id: "00")']) {
    expect((await api.fail(`mutation { ${field} { id } }`, {}, foreign)).extensions.code).toBe('FORBIDDEN');
  }
  expect((await api.fail('mutation { confirmNodeCredential(nodeName: "own", id: "00") { id } }', {}, first)).extensions.code).toBe('NOT_FOUND');
  expect(await isGood(first)).toBe(true);
});
