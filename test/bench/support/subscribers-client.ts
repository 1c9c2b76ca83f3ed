// The client of `subscribers.ts`: reads what to subscribe to from standard input, prints a line when all are subscribed and one with what was delivered.
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { summary } from './measure.ts';
import type { Subscribers } from './subscribers.ts';

const { url, token, count, query, changes } = JSON.parse(await text(process.stdin)) as Subscribers;
const latencies: number[] = [], mark = Buffer.from('"at":"'), bookmark = Buffer.from('BOOKMARK');
let subscribed = 0, began = 0, lastMs = Date.now();

const finish = () => {
  console.log(JSON.stringify({ ...summary(latencies, performance.now() - began), delivered: latencies.length }));
  process.exit(0);
};
const take = (message: Buffer) => {
  const at = message.indexOf(mark);
  if (at < 0) {
    if (message.includes(bookmark) && ++subscribed === count) console.log('ready');
    return;
  }
  began ||= performance.now();
  lastMs = Date.now();
  latencies.push(lastMs - Number(message.toString('latin1', at + mark.length, at + mark.length + 13)));
  if (latencies.length === count * changes) finish();
};
const open = () => new Promise<void>((resolve, reject) => {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { perMessageDeflate: false });
  socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } }))).once('error', reject);
  socket.once('message', () => {
    socket.on('message', (message: Buffer) => take(message));
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    resolve();
  });
});
for (let opened = 0; opened < count; opened += 50) await Promise.all(Array.from({ length: Math.min(50, count - opened) }, open));
setInterval(() => { if (began > 0 && Date.now() - lastMs > 10_000) finish(); }, 500);
