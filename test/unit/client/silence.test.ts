import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { createClient } from '../../../src/client/create-client.ts';

test('a server that answers pings with nothing but data is alive, until it is silent', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    let id = '', pings = 0;
    const next = (): void => socket.send(JSON.stringify({ type: 'next', id, payload: { data: { result: { id: `request-${pings}` } } } }));
    socket.on('message', (bytes: Buffer) => {
      const message = JSON.parse(bytes.toString()) as { type: string; id?: string };
      if (message.type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
      if (message.type === 'subscribe') { id = message.id ?? ''; next(); }
      if (message.type === 'ping') { pings++; next(); }
    });
  });
  const client = createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, token: 't', logger: pino({ level: 'silent' }), socket: { pingAfterMs: 20, pongWithinMs: 2_000 } });
  const seen: string[] = [];
  const read = async (): Promise<void> => { for await (const { id } of client.nodeRequests('node-1')) seen.push(id); };
  await expect(read()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(seen).toEqual(['request-0', 'request-1']);
  await client[Symbol.asyncDispose]();
  await new Promise((resolve) => server.close(resolve));
});
