import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer, MessageType } from 'graphql-ws';
import type { Server } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { ApiError } from '../../model/errors.ts';
import type { Identity } from '../../store/store.ts';
import { authenticate } from '../authenticate.ts';
import { actorOf } from '../context.ts';
import type { GraphQLService } from '../graphql-service.ts';
import { codeOf, logSocketOperation } from '../request-log.ts';
import { Gathering } from './gathering.ts';
import { authorizationOf, prepareOperation, runPrepared } from './operations.ts';
import type { Connection } from './operations.ts';
import { Outlet } from './outlet.ts';

/** The WebSockets of a server. */
export interface WebSockets {
  /** Takes over an HTTP request that wants to become a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes all connections with 1001; their subscribers can resume elsewhere. */
  close(): Promise<void>;
}

const closeMs = 500;
/** RFC 6455's registry: the server cannot serve now. */
const tryAgainLater = 1013;

/**
 * Serves graphql-transport-ws: queries, mutations and subscriptions. Without a valid token a connection is closed with 4403; one that asks before it is let in, with 4401; one whose
 * token cannot be looked up now, with 1013. A ping comes every `pingMs`: a connection that answers none until the next is cut, and one whose token has ended is closed with 4403.
 */
export function serveWebSockets(service: GraphQLService, pingMs: number): WebSockets {
  const { parts } = service;
  const logRefusal = (code: string | undefined, identity: Identity | undefined) => logSocketOperation(parts.logger, undefined, identity && actorOf(identity))({ code });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: parts.limits.bodyBytes, perMessageDeflate: false, handleProtocols });
  const protocol = makeServer<Record<string, unknown>, Connection>({
    onConnect: async (context) => {
      try {
        context.extra.identity = await authenticate(authorizationOf(context), parts.store.credentials);
        return true;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        parts.metrics.countRefusal(error.code);
        logRefusal(error.code, undefined);
        if (error.code !== 'UNAUTHENTICATED') throw error;
        return false;
      }
    },
    onSubscribe: (context, id, payload) => {
      const prepared = prepareOperation(service, context, id, payload);
      if (Array.isArray(prepared)) logRefusal(codeOf(prepared), context.extra.identity);
      return prepared;
    },
    execute: (args) => runPrepared(service, args),
    subscribe: (args) => runPrepared(service, args),
    onNext: (_context, _id, _payload, _args, result) => (result.errors ? { ...result, errors: service.format(result.errors) } : undefined),
    onError: (_context, _id, _payload, errors) => service.format(errors),
  });
  const gathering = new Gathering((arrivalsMs) => {
    parts.metrics.countSubscriptionResults(service.shared.takeCounts());
    const nowMs = performance.now();
    for (const arrivedMs of arrivalsMs) parts.metrics.observeWatchLag((nowMs - arrivedMs) / 1000);
  });
  return {
    upgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head, (webSocket) => {
      attach(service, protocol, webSocket, request, pingMs, new Outlet(socket, gathering, () => webSocket.readyState === webSocket.OPEN));
    }),
    close: async () => {
      for (const client of sockets.clients) client.close(1001, 'the server stops');
      const cut = setTimeout(() => { for (const client of sockets.clients) client.terminate(); }, closeMs);
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
      clearTimeout(cut);
    },
  };
}

const typesForClients: ReadonlySet<unknown> = new Set([MessageType.ConnectionAck, MessageType.Next, MessageType.Error]);

/** Whether a message that could not be taken is one that only servers send. */
function isForClients(text: string): boolean {
  return typesForClients.has((JSON.parse(text) as { readonly type?: unknown }).type);
}

function attach(service: GraphQLService, protocol: Server<Connection>, socket: WebSocket, request: IncomingMessage, pingMs: number, outlet: Outlet): void {
  const { logger, metrics, store } = service.parts;
  const send = (text: string) => new Promise<void>((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    outlet.flush();
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
  const connection: Connection = { request, identity: undefined, authorization: undefined, abort: new AbortController(), outlet };
  const counted = metrics.connectionOpened();
  let isAlive = true;
  socket.on('pong', () => { isAlive = true; });
  const pings = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
    if (connection.identity) authenticate(connection.authorization, store.credentials).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') socket.close(CloseCode.Forbidden, 'the token is no longer valid');
    });
  }, pingMs);
  pings.unref();
  const closed = protocol.opened({
    protocol: socket.protocol,
    send,
    close: (code, reason) => {
      outlet.flush();
      socket.close(code, reason);
    },
    onMessage: (take) => {
      socket.on('message', (data, isBinary) => {
        if (isBinary) return socket.close(CloseCode.BadRequest, 'text messages only');
        take(String(data)).catch((error: unknown) => {
          if (socket.readyState !== socket.OPEN) return;
          if (error instanceof ApiError && error.code === 'UNAVAILABLE') return socket.close(tryAgainLater, error.message);
          if (isForClients(String(data))) return socket.close(CloseCode.BadRequest, 'Invalid message received');
          logger.error({ err: error }, 'a WebSocket message met a fault of the server');
          socket.close(CloseCode.InternalServerError, 'internal error');
        });
      });
    },
  }, connection);
  socket.on('error', (error) => logger.debug({ err: error }, 'a WebSocket failed'));
  socket.once('close', (code, reason) => {
    clearInterval(pings);
    counted();
    connection.abort.abort();
    void closed(code, String(reason)).catch((error: unknown) => logger.error({ err: error }, 'a WebSocket did not end cleanly'));
  });
}
