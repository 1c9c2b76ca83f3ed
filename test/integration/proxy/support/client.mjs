// Asks an address many times and prints as JSON: answers by server, client addresses that servers saw, and failures by code.
//   node client.mjs tcp|udp HOST PORT COUNT [SOURCE]     one question; SOURCE is an address of TCP's, or address:port
//   node client.mjs '[["tcp", HOST, PORT, COUNT], …]'    several, one after the other; prints a list
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';

async function askTcp(host, port, source) {
  const [localAddress, localPort] = source?.split(':') ?? [];
  const socket = connect({ host, port, localAddress, localPort: localPort && Number(localPort), timeout: 2000 });
  socket.on('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
  let text = '';
  socket.on('data', (chunk) => { text += chunk; });
  await once(socket, 'close');
  if (text === '') throw Object.assign(new Error('closed'), { code: 'CLOSED' });
  return text;
}

async function askUdp(socket, host, port) {
  const signal = AbortSignal.timeout(2000);
  socket.connect(port, host);
  await once(socket, 'connect', { signal });
  socket.send('?');
  const [message] = await once(socket, 'message', { signal });
  return String(message);
}

async function ask([protocol, host, port, count = 1, source]) {
  const result = { servers: {}, sources: [], failures: {} };
  const askOnce = async () => {
    const socket = protocol === 'udp' ? createSocket('udp4') : undefined;
    try {
      const [server, seen] = (await (socket ? askUdp(socket, host, Number(port)) : askTcp(host, Number(port), source))).split(' ');
      result.servers[server] = (result.servers[server] ?? 0) + 1;
      if (!result.sources.includes(seen)) result.sources.push(seen);
    } catch (error) {
      const code = error.code === 'ABORT_ERR' ? 'TIMEOUT' : error.code;
      result.failures[code] = (result.failures[code] ?? 0) + 1;
    } finally {
      socket?.close();
    }
  };
  for (let left = Number(count); left > 0; left -= 20) await Promise.all(Array.from({ length: Math.min(left, 20) }, askOnce));
  return result;
}

const [first, ...rest] = process.argv.slice(2);
if (first.startsWith('[')) {
  const results = [];
  for (const question of JSON.parse(first)) results.push(await ask(question));
  console.log(JSON.stringify(results));
} else {
  console.log(JSON.stringify(await ask([first, ...rest])));
}
