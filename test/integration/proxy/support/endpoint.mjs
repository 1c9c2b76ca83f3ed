// A Pod's server: tells its name and the address it sees its client at, over TCP and UDP on port 8080.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [name] = process.argv.slice(2);
const udp = createSocket('udp4');
udp.on('message', (_message, from) => udp.send(`${name} ${from.address}`, from.port, from.address));
udp.bind(8080);
createServer((socket) => {
  socket.on('error', () => undefined);
  socket.end(`${name} ${socket.remoteAddress.replace('::ffff:', '')}`);
}).listen(8080, '0.0.0.0', 1024, () => console.log('ready'));
