import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, EngineRefusal } from '../../../../agent/runtime/docker/engine.ts';

let folder: string, socketPath: string, server: Server, connections = 0;
const asked: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gantry-engine-'));
  socketPath = path.join(folder, 'engine.sock');
  asked.length = connections = 0;
  server = createServer((incoming, outgoing) => void text(incoming).then((body) => {
    asked.push(`${incoming.method} ${incoming.url} ${body}`);
    if (incoming.url?.endsWith('/none')) outgoing.writeHead(204).end();
    else if (incoming.url?.endsWith('/wrong')) outgoing.writeHead(404).end('{"message":"No such container: wrong"}');
    else if (incoming.url?.endsWith('/odd')) outgoing.writeHead(500).end('<html>');
    else if (incoming.url?.endsWith('/lines')) outgoing.end('one\ntwo\n');
    else if (!incoming.url?.endsWith('/silent')) outgoing.end('{"Id":"1"}');
  }));
  server.on('connection', () => { connections += 1; });
  await listen();
});
afterEach(async () => {
  await close();
  await rm(folder, { recursive: true });
});
const listen = () => new Promise<void>((resolve) => server.listen(socketPath, resolve));
const close = () => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections(); });

it('asks with parameters and a body, and keeps its connection', async () => {
  const engine = createEngine(socketPath);
  expect(await engine.call('POST', '/containers/create', { query: { name: 'a b', all: true, none: undefined, filters: { label: ['x=y'] } }, body: { Image: 'i' } })).toEqual({ Id: '1' });
  expect(await engine.call('GET', '/none')).toBeUndefined();
  expect(asked).toEqual(['POST /v1.41/containers/create?name=a%20b&all=true&filters=%7B%22label%22%3A%5B%22x%3Dy%22%5D%7D {"Image":"i"}', 'GET /v1.41/none ']);
  expect(connections).toBe(1);
  expect(await text(await engine.open('GET', '/lines'))).toBe('one\ntwo\n');
  expect(connections).toBe(2);
});

it("refuses in the engine's words", async () => {
  const engine = createEngine(socketPath);
  await expect(engine.call('GET', '/wrong')).rejects.toThrow(new EngineRefusal(404, 'No such container: wrong'));
  await expect(engine.open('GET', '/wrong')).rejects.toMatchObject({ statusCode: 404 });
  await expect(engine.call('GET', '/odd')).rejects.toThrow('Docker answered 500: <html>');
});

it('is given up with its signal, fails while the engine is away, and works again after it', async () => {
  const engine = createEngine(socketPath);
  await expect(engine.call('GET', '/silent', { signal: AbortSignal.timeout(50) })).rejects.toThrow('aborted');
  await engine.call('GET', '/there');
  await close();
  await expect(engine.call('GET', '/there')).rejects.toThrow('ENOENT');
  await listen();
  expect(await engine.call('GET', '/there')).toEqual({ Id: '1' });
});
