import { createClient } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { ApiError } from '../model/errors.ts';
import { Channel } from './channel.ts';
import type { Endpoint } from './send-request.ts';
import { fromClose, fromConnectionFailure, fromWireErrors } from './to-api-error.ts';
import type { WireError } from './to-api-error.ts';
import { withoutNulls } from './without-nulls.ts';

/** Subscriptions over one WebSocket, which is opened with the first and closed with the last. */
export interface Socket {
  subscribe<T>(document: string, variables: Readonly<Record<string, unknown>>, signal: AbortSignal | undefined): AsyncIterable<T>;
  /** Ends all subscriptions and the connection. */
  close(): Promise<void>;
}

/** How a dead connection is noticed. */
export interface SocketLimits {
  /** A ping after this much silence. */
  readonly pingAfterMs: number;
  /** Dead when nothing at all came for this long after a ping. */
  readonly pongWithinMs: number;
  /** For the connection to stand and be acknowledged. */
  readonly connectWithinMs: number;
}

/** A socket that speaks graphql-transport-ws. It never reconnects by itself under a running subscription: each of them fails, so that its reader decides where to go on. */
export function openSocket(endpoint: Endpoint, limits: SocketLimits, logger: Logger): Socket {
  const url = endpoint.url.replace(/^http/, 'ws');
  const channels = new Set<Channel<unknown>>();
  const failAll = (error: ApiError): void => {
    if (channels.size > 0) logger.debug({ url, reason: error.message }, 'subscriptions lost');
    for (const channel of [...channels]) channel.finish({ error });
  };

  let pongTimer: NodeJS.Timeout | undefined;
  let current: WebSocket | undefined;
  const stopWaiting = (): void => { clearTimeout(pongTimer); pongTimer = undefined; };
  const waitForPong = (): void => {
    clearTimeout(pongTimer);
    pongTimer = setTimeout(() => current?.terminate(), limits.pongWithinMs);
    pongTimer.unref();
  };
  const protocol = createClient({
    url, connectionParams: () => ({ Authorization: `Bearer ${endpoint.token}` }), retryAttempts: 0, keepAlive: limits.pingAfterMs, connectionAckWaitTimeout: limits.connectWithinMs,
    webSocketImpl: socketClass(limits.connectWithinMs),
    on: {
      opened: (socket) => { current = socket as WebSocket; },
      ping: (received) => { if (!received) waitForPong(); },
      message: () => { if (pongTimer) waitForPong(); },
      pong: (received) => { if (received) stopWaiting(); },
      error: (error) => failAll(fromConnectionFailure(url, causeOf(error))),
      closed: (event) => { stopWaiting(); failAll(fromClose(url, event as { code: number; reason?: string })); },
    },
  });

  const start = <T>(document: string, variables: Readonly<Record<string, unknown>>, signal: AbortSignal | undefined): Channel<T> => {
    let stop = (): void => {};
    const onAbort = (): void => channel.finish();
    const channel = new Channel<T>(() => {
      channels.delete(channel);
      signal?.removeEventListener('abort', onAbort);
      stop();
    });
    if (signal?.aborted) { channel.finish(); return channel; }
    signal?.addEventListener('abort', onAbort, { once: true });
    channels.add(channel);
    stop = protocol.subscribe<T>({ query: document, variables }, {
      next: (result) => {
        if (result.errors?.length) channel.finish({ error: fromWireErrors(result.errors) });
        else if (result.data != null) channel.push(withoutNulls(result.data));
      },
      error: (error) => channel.finish({ error: Array.isArray(error) ? fromWireErrors(error as WireError[]) : fromConnectionFailure(url, causeOf(error)) }),
      complete: () => channel.finish(),
    });
    return channel;
  };

  return {
    subscribe: (document, variables, signal) => ({ [Symbol.asyncIterator]: () => start(document, variables, signal) }),
    close: async () => {
      for (const channel of [...channels]) channel.finish();
      stopWaiting();
      await protocol.dispose();
    },
  };
}

function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'error' in error ? error.error : error;
}

function socketClass(handshakeTimeout: number): new (address: string | URL, protocols?: string | string[]) => WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { handshakeTimeout, perMessageDeflate: false });
    }
  };
}
