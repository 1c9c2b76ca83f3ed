// The client of `http-load.ts`: reads a load from standard input, prints what it measured. Plain sockets, so that it takes as little of the machine as it can.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Load } from './http-load.ts';
import { summary } from './measure.ts';

const load = JSON.parse(await text(process.stdin)) as Load;
const url = new URL(load.url);
const head = `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\naccept: application/graphql-response+json, application/json\r\n${load.token ? `authorization: Bearer ${load.token}\r\n` : ''}`;
const latencies: number[] = [], began = performance.now();
let serial = 0;

await Promise.all(Array.from({ length: load.connections }, () => new Promise<void>((resolve, reject) => {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  let parts: Buffer[] = [], size = 0, wanted = -1, from = 0;
  const ask = () => {
    const body = load.body.replaceAll('@@', `${process.pid}-${serial++}`);
    from = performance.now();
    socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  socket.once('connect', ask).once('error', reject).on('data', (part) => {
    parts.push(part);
    size += part.length;
    if (wanted < 0) {
      const whole = parts.length === 1 ? part : Buffer.concat(parts), end = whole.indexOf('\r\n\r\n');
      if (end < 0) return;
      const headers = whole.toString('latin1', 0, end), length = /\r\ncontent-length: (\d+)/i.exec(headers);
      if (!headers.startsWith('HTTP/1.1 200') || !length) return reject(new Error(whole.toString('utf8', 0, 500)));
      const start = whole.toString('utf8', end + 4, end + 100);
      if (start.startsWith('{"errors"')) return reject(new Error(start));
      wanted = end + 4 + Number(length[1]);
    }
    if (size < wanted) return;
    latencies.push(performance.now() - from);
    parts = [];
    size = 0;
    wanted = -1;
    if (performance.now() - began < load.forMs) return ask();
    socket.destroy();
    resolve();
  });
})));
console.log(JSON.stringify(summary(latencies, performance.now() - began)));
process.exit(0);
