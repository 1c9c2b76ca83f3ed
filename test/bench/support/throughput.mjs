// Bytes through one TCP connection: `node throughput.mjs take PORT` prints "ready", then how many bytes a second it was sent; `node throughput.mjs give HOST PORT SECONDS` sends.
import { connect, createServer } from 'node:net';

const [what, ...args] = process.argv.slice(2);
if (what === 'take') {
  const server = createServer((socket) => {
    let bytes = 0, from = 0;
    socket.on('data', (chunk) => { from ||= performance.now(); bytes += chunk.length; });
    socket.on('close', () => {
      console.log(Math.round((bytes * 1000) / (performance.now() - from)));
      server.close();
    });
  }).listen(Number(args[0]), '0.0.0.0', () => console.log('ready'));
} else {
  const [host, port, seconds] = args, chunk = Buffer.alloc(1 << 20);
  const socket = connect({ host, port: Number(port) }, () => {
    const end = performance.now() + Number(seconds) * 1000;
    const send = () => {
      while (performance.now() < end) if (!socket.write(chunk)) return void socket.once('drain', send);
      socket.end();
    };
    send();
  });
}
