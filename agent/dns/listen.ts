import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createFrameReader, toFrame } from './frames.ts';
import type { Respond } from './respond.ts';

/** A place where questions are answered, until disposed. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
}

/** A TCP client that says nothing for so long is let go. */
const idleMs = 10_000;
const mostConnections = 500;
/** Questions that one connection may have open. */
const mostOpen = 100;
const portTries = 5;

/** Answers on UDP and TCP at one address and port; port 0: one that is free for both. Rejects where it cannot be had. */
export async function listen(respond: Respond, address: string, port: number): Promise<Listener> {
  for (let left = port === 0 ? portTries : 1; ; left -= 1) {
    const udp = await listenUdp(respond, address, port);
    try {
      const tcp = await listenTcp(respond, address, udp.port);
      return { port: udp.port, [Symbol.asyncDispose]: async () => { await Promise.all([udp[Symbol.asyncDispose](), tcp[Symbol.asyncDispose]()]); } };
    } catch (error) {
      await udp[Symbol.asyncDispose]();
      if (left <= 1) throw error;
    }
  }
}

async function listenUdp(respond: Respond, address: string, port: number): Promise<Listener> {
  const socket = createSocket('udp4');
  let isOpen = true;
  socket.on('message', (message, client) => void (async () => {
    const reply = await respond(message, 'udp').catch(() => undefined); // no message may end the agent
    if (reply && isOpen) socket.send(reply, client.port, client.address, () => undefined); // a client that is gone needs no answer
  })());
  const failed = new Promise<never>((_, reject) => { socket.once('error', reject); });
  socket.bind(port, address);
  await Promise.race([once(socket, 'listening'), failed]);
  socket.on('error', () => undefined);
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      isOpen = false;
      socket.close(() => resolve());
    }),
  };
}

async function listenTcp(respond: Respond, address: string, port: number): Promise<Listener> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client.on('close', () => clients.delete(client)));
    serve(client, respond);
  });
  server.maxConnections = mostConnections;
  server.listen({ host: address, port });
  await once(server, 'listening');
  server.on('error', () => undefined);
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const client of clients) client.destroy();
    }),
  };
}

function serve(client: Socket, respond: Respond): void {
  let open = 0;
  client.setTimeout(idleMs, () => client.destroy());
  client.on('error', () => client.destroy());
  client.on('data', createFrameReader((message) => void (async () => {
    open += 1;
    if (open >= mostOpen) client.pause();
    const reply = await respond(message, 'tcp').catch(() => undefined);
    open -= 1;
    if (!reply) client.destroy();
    else if (!client.destroyed) client.write(toFrame(reply));
    if (client.isPaused()) client.resume();
  })()));
}
