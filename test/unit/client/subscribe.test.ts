import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import type { Client, Followed } from '../../../src/client/client.ts';
import { createClient } from '../../../src/client/create-client.ts';
import { startApiServer, token, wirePod } from './api-server.ts';
import type { ApiServer } from './api-server.ts';

const logger = pino({ level: 'silent' });
const open: AsyncDisposable[] = [];
afterEach(async () => { for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose](); });

/** Silence is soon noticed, but not where this process itself got no time. */
async function start(root: Record<string, object>, pongWithinMs = 20_000): Promise<{ client: Client; server: ApiServer }> {
  const server = await startApiServer(root);
  const client = createClient({ url: server.url, token, logger, socket: { pingAfterMs: 50, pongWithinMs } });
  open.push(server, client);
  return { client, server };
}

const forever = new Promise<never>(() => {});
const pods = (change: (after: string | undefined, call: number) => AsyncGenerator<Record<string, unknown>>) => {
  let call = 0;
  return async function* ({ afterRevision }: { afterRevision?: string }) {
    for await (const pod of change(afterRevision, ++call)) yield { pods: pod };
  };
};
const change = (type: string, name: string, revision: number) => ({ type, revision: String(revision), object: wirePod(name, revision) });
const bookmark = (revision: number) => ({ type: 'BOOKMARK', revision: String(revision) });
const brief = (step: Followed<'Pod'>): string => ('object' in step ? `${step.type} ${step.object.metadata.name} ${step.revision}` : 'revision' in step ? `${step.type} ${step.revision}` : step.type);

async function take<T>(values: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const value of values) if (taken.push(value) === count) break;
  return taken;
}

test('node work and node requests arrive over one WebSocket, which closes after the last', async () => {
  const { client, server } = await start({
    nodeWork: async function* () { yield { nodeWork: change('ADDED', 'web', 3) }; yield { nodeWork: bookmark(4) }; await forever; },
    nodeRequests: async function* () { yield { nodeRequests: { id: 'r1', cancel: 'r0' } }; await forever; },
  });
  const work = client.nodeWork('node-1')[Symbol.asyncIterator]();
  expect((await work.next()).value).toMatchObject({ type: 'ADDED', revision: '3', object: { kind: 'Pod', metadata: { name: 'web' } } });
  expect((await work.next()).value).toEqual({ type: 'BOOKMARK', revision: '4' });
  expect(await take(client.nodeRequests('node-1'), 1)).toEqual([{ id: 'r1', cancel: 'r0' }]);
  expect(server.sockets()).toBe(1);
  await work.return?.();
  await expect.poll(() => server.sockets()).toBe(0);
});

test('a cut connection ends every subscription with UNAVAILABLE', async () => {
  const { client, server } = await start({ nodeWork: async function* () { yield { nodeWork: bookmark(4) }; await forever; } });
  const readers = [client.nodeWork('a'), client.nodeWork('b')].map((work) => work[Symbol.asyncIterator]());
  await Promise.all(readers.map((reader) => reader.next()));
  server.cut();
  for (const reader of readers) await expect(reader.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('a silent server is noticed', async () => {
  const { client, server } = await start({ nodeWork: async function* () { yield { nodeWork: bookmark(4) }; await forever; } }, 2_000);
  const reader = client.nodeWork('a')[Symbol.asyncIterator]();
  await reader.next();
  server.freeze();
  await expect(reader.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('an aborted subscription ends, and takes nothing after', async () => {
  const { client } = await start({ nodeWork: async function* () { yield { nodeWork: bookmark(4) }; await forever; } });
  const abort = new AbortController();
  const seen: string[] = [];
  for await (const step of client.nodeWork('a', abort.signal)) { seen.push(step.type); abort.abort(); }
  expect(seen).toEqual(['BOOKMARK']);
  expect(await take(client.nodeWork('a', abort.signal), 1)).toEqual([]);
});

test('follow goes on between two changes of one revision without gap or repeat', async () => {
  const asked: (string | undefined)[] = [];
  const { client, server } = await start({
    pods: pods(async function* (after, call) {
      asked.push(after);
      if (call === 1) { yield change('ADDED', 'a', 5); yield bookmark(5); yield change('MODIFIED', 'a', 8); await forever; }
      for (const name of ['a', 'b']) yield change('MODIFIED', name, 8);
      yield change('DELETED', 'a', 9);
      await forever;
    }),
  });
  const seen: string[] = [];
  for await (const step of client.follow('Pod')) {
    seen.push(brief(step));
    if (seen.length === 3) server.cut();
    if (seen.length === 5) break;
  }
  expect(seen).toEqual(['ADDED a 5', 'BOOKMARK 5', 'MODIFIED a 8', 'MODIFIED b 8', 'DELETED a 9']);
  expect(asked).toEqual([undefined, '7']);
});

test('follow starts over on EXPIRED and says so; a lost initial state too', async () => {
  const { client, server } = await start({
    pods: pods(async function* (after, call) {
      if (after) throw new GraphQLError('too old', { extensions: { code: 'EXPIRED' } });
      yield change('ADDED', 'a', 5);
      if (call === 2) await forever;
      yield bookmark(5);
    }),
  });
  const seen: string[] = [];
  for await (const step of client.follow('Pod', { afterRevision: '2' })) {
    seen.push(brief(step));
    if (seen.length === 2) server.cut();
    if (seen.length === 5) break;
  }
  expect(seen).toEqual(['RESTART', 'ADDED a 5', 'RESTART', 'ADDED a 5', 'BOOKMARK 5']);
});

test('follow reconnects to a server that was restarted, and throws what will not pass', async () => {
  const root = { pods: pods(async function* (after) { if (after) yield change('ADDED', 'late', Number(after) + 1); else yield bookmark(1); await forever; }) };
  const { client, server } = await start(root);
  const seen: string[] = [];
  for await (const step of client.follow('Pod')) {
    seen.push(brief(step));
    if (seen.length === 2) break;
    await server[Symbol.asyncDispose]();
    open.push(await startApiServer(root, server.port));
  }
  expect(seen).toEqual(['BOOKMARK 1', 'ADDED late 2']);
  const refusing = await start({ pods: () => { throw new GraphQLError('no', { extensions: { code: 'FORBIDDEN' } }); } });
  await expect(take(refusing.client.follow('Pod'), 1)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
