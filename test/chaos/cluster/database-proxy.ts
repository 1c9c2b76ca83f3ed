import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { NotificationFilter } from './notification-filter.ts';

/** The one way from servers to PostgreSQL: a fixed port before a server whose port changes with each start. */
export interface DatabaseProxy extends AsyncDisposable {
  readonly port: number;
  /** Where connections go from now on; undefined: nowhere, they are refused. */
  lead(port: number | undefined): void;
  /** Ends every connection, wherever in a message it is. */
  cut(): void;
  /** While true, notifications are lost without a trace. */
  mute(isMuted: boolean): void;
  /** How many connections lead through it now. */
  readonly open: number;
  /** How many notifications were lost. */
  readonly lost: number;
}

/** Starts one on a free port of the loopback address. */
export async function startDatabaseProxy(): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();
  let target: number | undefined;
  let isMuted = false, lost = 0;
  const server = createServer((client) => {
    if (target === undefined) return void client.destroy();
    const upstream = connect(target, '127.0.0.1');
    const end = (): void => { client.destroy(); upstream.destroy(); };
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', end).on('close', end).on('close', () => sockets.delete(socket));
    }
    const filter = new NotificationFilter(() => { if (isMuted) lost++; return isMuted; });
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => { for (const part of filter.pass(chunk)) client.write(part); });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    lead: (port) => { target = port; },
    cut,
    mute: (muted) => { isMuted = muted; },
    get open() { return sockets.size / 2; },
    get lost() { return lost; },
    [Symbol.asyncDispose]: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
