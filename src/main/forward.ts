// Passes connections on from one address to another, for development nodes whose server listens on loopback: forward.ts FROM:PORT TO:PORT
import { connect, createServer } from 'node:net';

const [from = '', to = ''] = process.argv.slice(2).map((text) => ({ host: text.slice(0, text.lastIndexOf(':')), port: Number(text.slice(text.lastIndexOf(':') + 1)) }));
if (from === '' || to === '') throw new Error('usage: forward.ts FROM:PORT TO:PORT');
const server = createServer((one) => {
  const other = connect(to);
  one.on('error', () => other.destroy()).pipe(other);
  other.on('error', () => one.destroy()).pipe(one);
});
server.listen(from);
process.on('SIGTERM', () => process.exit(0));
