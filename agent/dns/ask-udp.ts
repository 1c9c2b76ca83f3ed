import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock } from '../../src/lib/clock.ts';
import { isReplyTo } from './is-reply-to.ts';
import type { Upstream } from './upstreams.ts';

/**
 * Sends a query over UDP and waits for its reply, which comes back with the query's id. The socket, its port and the id sent are used this once, and only the
 * upstream is heard, so that a stranger can hardly slip in an answer. Rejects when it is refused or nothing comes in time.
 */
export function askUdp(query: Buffer, { address, port }: Upstream, timeoutMs: number, clock: Clock): Promise<Buffer> {
  const sent = Buffer.from(query);
  sent.writeUInt16BE(randomInt(0x10000), 0);
  const socket = createSocket(isIPv6(address.replace(/%.*/, '')) ? 'udp6' : 'udp4');
  return new Promise<Buffer>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => settle(() => reject(new Error(`${address} does not answer`))));
    const settle = (finish: () => void): void => {
      cancel();
      socket.removeAllListeners().on('error', () => undefined).close();
      finish();
    };
    socket.on('error', (error) => settle(() => reject(error)));
    socket.on('message', (reply) => {
      if (!isReplyTo(reply, sent)) return;
      reply.writeUInt16BE(query.readUInt16BE(0), 0);
      settle(() => resolve(reply));
    });
    socket.on('connect', () => socket.send(sent));
    socket.connect(port, address);
  });
}
