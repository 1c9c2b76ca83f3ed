import { createHash } from 'node:crypto';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi } from '../../../src/api/start-api.ts';
import { allDocuments } from '../../../src/client/all-documents.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { send, startTestApi } from './support.ts';
import type { Json, TestApi } from './support.ts';

const version = 'query Version { server { version } }\n';
const write = 'mutation Write($name: String!) { createConfigMap(input: {metadata: {name: $name}}) { configMap { metadata { name } } } }';
const id = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const known = (onlyFor: 'nobody' | 'non-admins' | 'all') => ({ onlyFor, texts: new Map([['version', version], ['write', write], ...allDocuments()]) });

describe('cost', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startTestApi({ limits: { cost: 100 } }); });
  afterAll(() => api[Symbol.asyncDispose]());

  test('is refused before execution, with the limit and a way out, over both transports', async () => {
    const input = (name: string) => ({ metadata: { name, labels: { app: 'web' } }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
    for (let i = 0; i < 20; i += 1) await api.get('mutation($input: ServiceInput!) { createService(input: $input) { revision } }', { input: input(`s-${i}`) });
    const query = 'query($first: Int) { services(first: $first) { nodes { metadata { name } events { message reason type } endpointSlices { metadata { name } } owners { kind } spec { type clusterIP ports { port } } } } }';
    const answer = await send(api.url, api.admin, { query, variables: { first: 20 } });
    expect([answer.status, answer.errors[0]?.extensions.code, answer.text.includes('"data"')]).toEqual([400, 'LIMIT_EXCEEDED', false]);
    expect(answer.errors[0]?.message).toMatch(/limit of 100 on cost: it has \d+; ask for smaller pages/);
    const results = api.socket().iterate<Json>({ query, variables: { first: 20 } });
    await expect(results.next()).rejects.toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
    expect(Object.keys(await api.get(query, { first: 1 }))).toEqual(['services']);
  });
});

describe('rate', () => {
  test('one credential is held, by 429 with Retry-After or an error on its WebSocket, and goes on after that', async () => {
    const api = await startTestApi({ limits: { operationsPerSecond: 0.2, operationsAtOnce: 3 } });
    try {
      const answers = await Promise.all(Array.from({ length: 4 }, () => send(api.url, api.admin, { query: '{ revision }' })));
      const [refused, ...others] = answers.filter(({ status }) => status !== 200);
      expect([refused?.status, refused?.errors[0]?.extensions.code, refused?.headers.get('retry-after'), others]).toEqual([429, 'LIMIT_EXCEEDED', expect.stringMatching(/^[1-5]$/), []]);
      expect(refused?.errors[0]?.message).toContain('operations per second');
      await expect(api.socket().iterate({ query: '{ revision }' }).next()).rejects.toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }]);
      expect((await send(api.url, await api.token({ type: 'node', name: 'other' }), { query: '{ revision }' })).status).toBe(200);
      await expect.poll(async () => (await send(api.url, api.admin, { query: '{ revision }' })).status, { interval: 300 }).toBe(200);
    } finally {
      await api[Symbol.asyncDispose]();
    }
  });
});

describe('known documents', () => {
  let api: TestApi;
  beforeAll(async () => { api = await startTestApi({ documents: known('nobody') }); });
  afterAll(() => api[Symbol.asyncDispose]());

  test('run by the hash of their text: by POST, GET and WebSocket', async () => {
    const data = { server: { version: '0.0.0-test' } };
    for (const documentId of [id(version), id(version).slice('sha256:'.length)]) expect((await send(api.url, api.admin, { documentId })).data).toEqual(data);
    const got = await fetch(`${api.url}?documentId=${id(version)}`, { headers: { accept: 'application/json', authorization: `Bearer ${api.admin}` } });
    expect(await got.json()).toEqual({ data });
    expect((await send(api.url, api.admin, { documentId: id(write), variables: { name: 'known' } })).data).toMatchObject({ createConfigMap: { configMap: { metadata: { name: 'known' } } } });
    const byGet = await fetch(`${api.url}?documentId=${id(write)}&variables=${encodeURIComponent('{"name":"by-get"}')}`, { headers: { accept: 'application/json', authorization: `Bearer ${api.admin}` } });
    expect([byGet.status, await api.get('{ configMap(name: "by-get") { kind } }')]).toEqual([405, { configMap: null }]);
    const socket = api.socket();
    expect((await socket.iterate({ query: '', extensions: { documentId: id(version) } }).next()).value).toEqual({ data });
    expect((await socket.iterate({ query: '{ revision }' }).next()).value).toMatchObject({ data: {} });
  });

  test.each([
    ['an unknown hash', { documentId: id('{ revision }') }, 'NOT_FOUND'],
    ['no hash at all', { documentId: 'version' }, 'NOT_FOUND'],
    ['both', { documentId: id(version), query: version }, 'INVALID'],
    ['neither', { variables: {} }, 'INVALID'],
    ['a number', { documentId: 5 }, 'INVALID'],
  ])('%s is refused', async (_what, body, code) => {
    const answer = await send(api.url, api.admin, body);
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([400, code]);
  });

  test('a server does not start with one that is not valid', async () => {
    const { store, registry, recorder } = api;
    const start = startApi({ store, registry, recorder, logger: pino({ level: 'silent' }), clock: systemClock, host: '127.0.0.1', port: 0, version: 'test', serverId: 'bad',
      documents: { onlyFor: 'nobody', texts: new Map([['docs/bad.graphql', '{ nothing }']]) } });
    await expect(start).rejects.toThrow('docs/bad.graphql');
  });
});

describe('only known documents', () => {
  test.each(['non-admins', 'all'] as const)('for %s', async (onlyFor) => {
    const api = await startTestApi({ documents: known(onlyFor) });
    try {
      const node = await api.token({ type: 'node', name: 'n' });
      const status = async (token: string, body: object) => (await send(api.url, token, body)).status;
      expect(await status(node, { query: '{ revision }' })).toBe(403);
      expect(await status(node, { query: version })).toBe(200);
      expect(await status(node, { documentId: id(version) })).toBe(200);
      expect(await status(api.admin, { query: '{ revision }' })).toBe(onlyFor === 'all' ? 403 : 200);
      const asked = api.socket(node).iterate({ query: '{ revision }' });
      await expect(asked.next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect((await api.ask(allDocuments().get('renewNodeLease') ?? '', { nodeName: 'n' }, node)).errors.map(({ extensions }) => extensions.code)).not.toContain('FORBIDDEN');
    } finally {
      await api[Symbol.asyncDispose]();
    }
  });
});
