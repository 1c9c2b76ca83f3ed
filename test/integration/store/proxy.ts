import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A way to PostgreSQL that can be cut. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Cuts the connection over which the next commit goes once the server has answered it; the answer is lost. */
  loseNextAnswer(): void;
  /** How many answers were lost. */
  readonly lost: number;
  /** Cuts everything and refuses new connections. */
  cut(): void;
  /** From now on nothing passes over the connections that are open, in either direction, and nothing says so; new ones work. */
  hush(): void;
  /** Takes connections again. */
  mend(): void;
}

/** Starts one in front of a database. */
export async function startProxy(databaseUrl: string): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  let losing = false;
  let lost = 0;
  /** What was open before the last silence belongs to an earlier one. */
  let generation = 0;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    let isLosing = false;
    const born = generation;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end).on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => {
      if (born !== generation) return;
      if (losing && chunk.includes('"apiVersion":')) {
        losing = false;
        isLosing = true;
      }
      upstream.write(chunk);
    });
    // A commit's answer is the first data row ('D') after it.
    upstream.on('data', (chunk) => {
      if (born !== generation) return;
      if (!isLosing || !chunk.includes('"from"')) return void client.write(chunk);
      lost++;
      end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === 'object' ? address?.port : '');
  const cutAll = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: url.href,
    loseNextAnswer: () => (losing = true),
    get lost() {
      return lost;
    },
    cut: () => {
      isCut = true;
      cutAll();
    },
    hush: () => void generation++,
    mend: () => (isCut = false),
    [Symbol.asyncDispose]: async () => {
      server.close();
      cutAll();
      await once(server, 'close');
    },
  };
}
