import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createClient } from '../../../src/client/create-client.ts';
import type { Client } from '../../../src/client/client.ts';
import { startApiServer, token, wirePod } from './api-server.ts';

const logger = pino({ level: 'silent' });
const open: AsyncDisposable[] = [];
afterEach(async () => { for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose](); });

async function start(root: Record<string, object>): Promise<{ client: Client; server: Awaited<ReturnType<typeof startApiServer>> }> {
  const server = await startApiServer(root);
  const client = createClient({ url: server.url, token, logger, clock: impatient });
  open.push(server, client);
  return { client, server };
}

const impatient = { now: () => Date.now(), after: (_: number, callback: () => void) => { const timer = setImmediate(callback); return () => clearImmediate(timer); } };

test('get answers the object without nulls, and undefined where there is none', async () => {
  const { client } = await start({ pod: ({ name }: { name: string }) => (name === 'web' ? wirePod('web', 7) : null) });
  const pod = await client.get('Pod', { name: 'web' });
  expect(pod?.metadata.resourceVersion).toBe('7');
  expect(pod && 'nodeName' in pod.spec).toBe(false);
  expect(await client.get('Pod', { name: 'other' })).toBeUndefined();
});

test('list pages through, and starts over when the pages expired', async () => {
  let expired = 0;
  const { client } = await start({
    pods: ({ after }: { after?: string }) => {
      if (after === 'two' && expired++ === 0) throw new GraphQLError('too old', { extensions: { code: 'EXPIRED' } });
      const name = after ?? 'one';
      return { nodes: [wirePod(name, 1)], revision: '9', pageInfo: { hasNextPage: name !== 'three', endCursor: name === 'one' ? 'two' : 'three' } };
    },
  });
  const { objects, revision } = await client.list('Pod', { labelSelector: 'app=web' });
  expect(objects.map((pod) => pod.metadata.name)).toEqual(['one', 'two', 'three']);
  expect(revision).toBe('9');
});

test('a GraphQL error arrives as ApiError with its code, subject and fields', async () => {
  const fields = [{ path: 'spec.containers', message: 'at least one is required' }];
  const { client } = await start({ createPod: () => { throw new GraphQLError('Pod "web" is invalid', { extensions: { code: 'INVALID', subject: { kind: 'Pod', name: 'web' }, fields } }); } });
  await expect(client.create('Pod', { metadata: { name: 'web' }, spec: { containers: [] } })).rejects.toMatchObject({ name: 'ApiError', code: 'INVALID', details: { fields, subject: { name: 'web' } } });
});

test('a wrong token is UNAUTHENTICATED', async () => {
  const { server } = await start({});
  const client = createClient({ url: server.url, token: 'wrong', logger });
  await expect(client.get('Pod', { name: 'web' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(client.nodeWork('node-1')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('queries are repeated while UNAVAILABLE, mutations only when told', async () => {
  let calls = 0;
  const flaky = () => { if (++calls % 3 !== 0) throw new GraphQLError('later', { extensions: { code: 'UNAVAILABLE' } }); return { renewTime: '2030-01-01T00:00:00.000Z' }; };
  const { client } = await start({ pod: () => { flaky(); return wirePod('web', 1); }, renewNodeLease: flaky });
  expect((await client.get('Pod', { name: 'web' }))?.metadata.name).toBe('web');
  expect(calls).toBe(3);
  await expect(client.renewNodeLease('node-1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(calls).toBe(4);
  expect(await client.renewNodeLease('node-1', { retry: true })).toBe('2030-01-01T00:00:00.000Z');
});

test('what came too soon for the rate limit is made again after the time that the server told, mutations too', async () => {
  const waits: number[] = [];
  const clock = { now: () => Date.now(), after: (ms: number, callback: () => void) => { waits.push(ms); return impatient.after(ms, callback); } };
  let refusals = 2;
  const server = createServer((_request, response) => {
    if (refusals-- > 0) return void response.writeHead(429, { 'retry-after': '2' }).end('{"errors":[{"message":"over the limit of 5 on operations per second","extensions":{"code":"LIMIT_EXCEEDED"}}]}');
    response.writeHead(200).end('{"data":{"result":{"renewTime":"2030-01-01T00:00:00.000Z"}}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, token, logger, clock });
  open.push({ [Symbol.asyncDispose]: async () => { server.closeAllConnections(); await new Promise((resolve) => server.close(resolve)); } }, client);
  expect(await client.renewNodeLease('node-1')).toBe('2030-01-01T00:00:00.000Z');
  expect(waits.filter((ms) => ms >= 2000 && ms <= 2500)).toHaveLength(2);
  refusals = 1;
  await expect(client.renewNodeLease('node-1', { retry: false })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', message: 'over the limit of 5 on operations per second' });
  refusals = 100;
  await expect(client.renewNodeLease('node-1')).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  expect(refusals).toBe(94);
});

test('a server that is not there is UNAVAILABLE and named', async () => {
  const { client, server } = await start({});
  await server[Symbol.asyncDispose]();
  await expect(client.get('Pod', { name: 'web' })).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(server.url) });
});

test('an aborted request rejects with the reason, a slow one with UNAVAILABLE', async () => {
  const { client } = await start({ pod: () => new Promise(() => {}) });
  const abort = new AbortController();
  const request = client.get('Pod', { name: 'web' }, { signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(request).rejects.toThrow('enough');
  await expect(client.get('Pod', { name: 'web' }, { timeoutMs: 20, retry: false })).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('20 ms') });
});
