// Asks an address many times and prints as JSON: answers by server, client addresses that servers saw, and failures by code with the quickest one's time.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';

const [protocol, host, port, count, source] = process.argv.slice(2);
const result = { servers: {}, sources: [], failures: {} };

async function askTcp() {
  const socket = connect({ host, port: Number(port), localAddress: source, timeout: 2000 });
  socket.on('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
  let text = '';
  socket.on('data', (chunk) => { text += chunk; });
  await once(socket, 'close');
  if (text === '') throw Object.assign(new Error('closed'), { code: 'CLOSED' });
  return text;
}

async function askUdp(socket) {
  const signal = AbortSignal.timeout(2000);
  socket.connect(Number(port), host);
  await once(socket, 'connect', { signal });
  socket.send('?');
  const [message] = await once(socket, 'message', { signal });
  return String(message);
}

async function ask() {
  const socket = protocol === 'udp' ? createSocket('udp4') : undefined;
  try {
    const [server, seen] = (await (socket ? askUdp(socket) : askTcp())).split(' ');
    result.servers[server] = (result.servers[server] ?? 0) + 1;
    if (!result.sources.includes(seen)) result.sources.push(seen);
  } catch (error) {
    const code = error.code === 'ABORT_ERR' ? 'TIMEOUT' : error.code;
    result.failures[code] = (result.failures[code] ?? 0) + 1;
  } finally {
    socket?.close();
  }
}

for (let left = Number(count); left > 0; left -= 20) await Promise.all(Array.from({ length: Math.min(left, 20) }, ask));
console.log(JSON.stringify(result));
