import { on, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { nextFrame, textFrame } from '../../../src/api/websocket/frames.ts';
import { Gathering } from '../../../src/api/websocket/gathering.ts';
import { Outlet } from '../../../src/api/websocket/outlet.ts';

/** The texts that a client reads from the bytes that a server writes. */
async function received(bytes: Buffer, count: number): Promise<readonly string[]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (_socket, { socket }) => socket.write(bytes));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const texts: string[] = [];
  try {
    for await (const [data] of on(client, 'message')) if (texts.push(String(data)) === count) break;
    return texts;
  } finally {
    client.terminate();
    server.close();
  }
}

/** The far side of a connection that takes a write only when told to. */
function slowSocket() {
  const writes: string[] = [];
  let taken: (() => void) | undefined;
  const socket = new Duplex({
    highWaterMark: 10, read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => { writes.push(String(chunk)); taken = done; },
  });
  return { socket, writes, takeOne: () => taken?.() };
}

test('every text is read as it was framed, however long it is', async () => {
  const texts = ['', 'ü', ...[124, 125, 126, 127, 65_534, 65_535, 65_536, 200_000].map((length) => 'x'.repeat(length)), 'é€😀'.repeat(20_000)];
  expect(await received(Buffer.concat(texts.map(textFrame)), texts.length)).toEqual(texts);
  const [message] = await received(nextFrame(JSON.stringify('a"b'), '{"data":null}'), 1);
  expect(JSON.parse(message ?? '')).toEqual({ id: 'a"b', type: 'next', payload: { data: null } });
});

test('what many connections are sent in one turn goes out in one round, one write each, and the round tells when its news came', async () => {
  const [one, two] = [slowSocket(), slowSocket()];
  const round = new Promise<readonly number[]>((resolve) => {
    const gathering = new Gathering((arrivals) => resolve([...arrivals]));
    for (const { socket } of [one, two]) {
      const outlet = new Outlet(socket, gathering, () => true);
      outlet.push(Buffer.from('a'), 1);
      outlet.push(Buffer.from('b'), 2);
      outlet.push(Buffer.from('c'), undefined);
    }
  });
  expect([one.writes, two.writes]).toEqual([[], []]);
  expect(await round).toEqual([1, 2]);
  expect([one.writes, two.writes]).toEqual([['abc'], ['abc']]);
});

test('a connection that takes no more says so, and calls once it does', async () => {
  const { socket, writes, takeOne } = slowSocket();
  const outlet = new Outlet(socket, new Gathering(() => undefined), () => true);
  outlet.push(Buffer.from('more than ten bytes'), undefined);
  expect(outlet.hasRoom).toBe(true);
  outlet.flush();
  expect([outlet.hasRoom, writes]).toEqual([false, ['more than ten bytes']]);
  const woken = new Promise<void>((resolve) => { outlet.whenRoom(resolve); });
  takeOne();
  await woken;
  expect(outlet.hasRoom).toBe(true);
});

test('what waits when a connection may send no more is dropped, and much is written without waiting', () => {
  let isOpen = true;
  const { socket, writes } = slowSocket();
  const outlet = new Outlet(socket, new Gathering(() => undefined), () => isOpen);
  outlet.push(Buffer.alloc(70_000, 'x'), undefined);
  expect(writes[0]).toHaveLength(70_000);
  outlet.push(Buffer.from('late'), undefined);
  isOpen = false;
  outlet.flush();
  expect(writes).toHaveLength(1);
});
