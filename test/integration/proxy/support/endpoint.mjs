// A Pod's server: tells its name and the address it sees its client at, over TCP and UDP: node endpoint.mjs NAME [PORT [ADDRESS]]. Prints the time of each connection, in ms.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [name, port = '8080', address = '0.0.0.0'] = process.argv.slice(2);
const udp = createSocket('udp4');
udp.on('message', (_message, from) => udp.send(`${name} ${from.address}`, from.port, from.address));
udp.bind(Number(port), address);
createServer((socket) => {
  console.log(Date.now());
  socket.on('error', () => undefined);
  socket.end(`${name} ${socket.remoteAddress.replace('::ffff:', '')}`);
}).listen(Number(port), address, 1024, () => console.log('ready'));
