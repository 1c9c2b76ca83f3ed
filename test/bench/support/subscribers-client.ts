// The client of `subscribers.ts`: reads what to subscribe to from standard input, prints a line when all are subscribed and one with what was delivered.
// Plain sockets that count frames and read one time in each, so that it takes as little of the machine as it can.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { summary } from './measure.ts';
import type { Subscribers } from './subscribers.ts';

const { url, token, count, query, changes } = JSON.parse(await text(process.stdin)) as Subscribers;
const { hostname, port, pathname } = new URL(url);
const latencies: number[] = [], mark = Buffer.from('"at":"'), bookmark = Buffer.from('BOOKMARK');
let subscribed = 0, began = 0, lastMs = Date.now();

const finish = () => {
  console.log(JSON.stringify({ ...summary(latencies, performance.now() - began), delivered: latencies.length }));
  process.exit(0);
};

/** Takes one frame that was read at `nowMs`. */
const take = (bytes: Buffer, from: number, to: number, nowMs: number) => {
  const at = bytes.indexOf(mark, from);
  if (at < 0 || at >= to) {
    const told = subscribed < count ? bytes.indexOf(bookmark, from) : -1;
    if (told >= 0 && told < to && ++subscribed === count) console.log('ready');
    return;
  }
  began ||= performance.now();
  lastMs = nowMs;
  let sentMs = 0;
  for (let i = at + mark.length; i < at + mark.length + 13; i++) sentMs = sentMs * 10 + bytes[i]! - 48;
  latencies.push(nowMs - sentMs);
};

/** A masked text frame, as clients must send it. */
const frame = (message: unknown) => {
  const body = Buffer.from(JSON.stringify(message)), mask = randomBytes(4);
  body.forEach((byte, i) => { body[i] = byte ^ mask[i % 4]!; });
  const head = body.length < 126 ? Buffer.of(0x81, 0x80 | body.length) : Buffer.of(0x81, 0x80 | 126, body.length >> 8, body.length & 255);
  return Buffer.concat([head, mask, body]);
};

/** Calls `onFrame` for each whole frame from the server; the rest waits for more. */
const readFrames = (socket: Socket, first: Buffer, onFrame: (bytes: Buffer, from: number, to: number, nowMs: number) => void) => {
  let rest: Buffer | undefined;
  const read = (part: Buffer) => {
    const bytes = rest ? Buffer.concat([rest, part]) : part, nowMs = Date.now();
    let from = 0;
    while (bytes.length >= from + 4) {
      const short = bytes[from + 1]!, start = from + (short < 126 ? 2 : short === 126 ? 4 : 10);
      if (bytes.length < start) break;
      const end = start + (short < 126 ? short : short === 126 ? bytes.readUInt16BE(from + 2) : Number(bytes.readBigUInt64BE(from + 2)));
      if (bytes.length < end) break;
      onFrame(bytes, start, end, nowMs);
      from = end;
    }
    rest = from < bytes.length ? bytes.subarray(from) : undefined;
    if (latencies.length === count * changes) finish();
  };
  read(first);
  socket.on('data', read);
};

const open = () => new Promise<void>((resolve, reject) => {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.once('error', reject).once('close', () => reject(new Error('the server closed a connection')));
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`);
  socket.write(frame({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }));
  socket.once('data', (answer) => {
    const end = answer.indexOf('\r\n\r\n');
    if (!answer.toString('latin1', 0, 12).endsWith('101') || end < 0) return reject(new Error(answer.toString('utf8', 0, 500)));
    let isLetIn = false;
    readFrames(socket, answer.subarray(end + 4), (bytes, from, to, nowMs) => {
      if (isLetIn) return take(bytes, from, to, nowMs);
      isLetIn = true;
      socket.write(frame({ id: '1', type: 'subscribe', payload: { query } }));
      resolve();
    });
  });
});
for (let opened = 0; opened < count; opened += 50) await Promise.all(Array.from({ length: Math.min(50, count - opened) }, open));
setInterval(() => { if (began > 0 && Date.now() - lastMs > 10_000) finish(); }, 500);
