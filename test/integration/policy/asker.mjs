// Asks addresses, one for each line `ID PROTOCOL ADDRESS PORT` of its input, all at once, and prints `ID open`, `ID silent` or `ID CODE`. One process for all questions of a place: starting one takes longer than asking.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** Dropped packets are sent again after 1 s; by then the others were answered. */
const patienceMs = 900;

async function askTcp(address, port) {
  const socket = connect({ host: address, port, timeout: patienceMs });
  socket.on('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'silent' })));
  socket.resume();
  await once(socket, 'close');
}

async function askUdp(address, port) {
  const socket = createSocket('udp4');
  try {
    const signal = AbortSignal.timeout(patienceMs);
    socket.connect(port, address);
    await once(socket, 'connect', { signal });
    socket.send('?');
    await once(socket, 'message', { signal });
  } finally {
    socket.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const [id, protocol, address, port] = line.split(' ');
  (protocol === 'udp' ? askUdp : askTcp)(address, Number(port))
    .then(() => 'open', (error) => (error.code === 'ABORT_ERR' ? 'silent' : error.code))
    .then((outcome) => console.log(`${id} ${outcome}`));
}
