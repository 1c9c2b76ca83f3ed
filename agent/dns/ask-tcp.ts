import { connect } from 'node:net';
import type { Clock } from '../../src/lib/clock.ts';
import { createFrameReader, toFrame } from './frames.ts';
import { isReplyTo } from './is-reply-to.ts';
import type { Upstream } from './upstreams.ts';

/** Sends a query over TCP and waits for its reply. Rejects when it is refused or nothing comes in time. */
export function askTcp(query: Buffer, { address, port }: Upstream, timeoutMs: number, clock: Clock): Promise<Buffer> {
  const socket = connect({ host: address, port });
  return new Promise<Buffer>((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => settle(() => reject(new Error(`${address} does not answer`))));
    const settle = (finish: () => void): void => {
      cancel();
      socket.destroy();
      finish();
    };
    const read = createFrameReader((reply) => {
      if (isReplyTo(reply, query)) settle(() => resolve(reply));
    });
    socket.on('error', (error) => settle(() => reject(error)));
    socket.on('close', () => settle(() => reject(new Error(`${address} hung up`))));
    socket.on('data', read);
    socket.write(toFrame(query));
  });
}
