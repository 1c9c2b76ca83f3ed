import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A way to a server over which nothing comes back while it is blocked, so that what is sent piles up there. */
export interface SlowWay extends AsyncDisposable {
  readonly url: string;
  block(isBlocked: boolean): void;
}

/** Opens one to a URL on this machine. */
export async function openSlowWay(to: string): Promise<SlowWay> {
  const target = new URL(to);
  const upstreams = new Set<Socket>();
  const clients = new Set<Socket>();
  let blocked = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const end = (): void => { client.destroy(); upstream.destroy(); };
    client.on('error', end).on('close', end).on('close', () => clients.delete(client));
    upstream.on('error', end).on('close', end).on('close', () => upstreams.delete(upstream));
    clients.add(client);
    upstreams.add(upstream);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => client.write(chunk));
    if (blocked) upstream.pause();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    block: (isBlocked) => {
      blocked = isBlocked;
      for (const upstream of upstreams) isBlocked ? upstream.pause() : upstream.resume();
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const client of clients) client.destroy();
      await once(server, 'close');
    },
  };
}
