import type { Logger } from 'pino';
import { systemClock } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import type { Client } from './client.ts';
import { follow } from './follow.ts';
import { kindCalls } from './kind-calls.ts';
import { nodeCalls } from './node-calls.ts';
import { openSocket } from './open-socket.ts';
import type { SocketLimits } from './open-socket.ts';
import { retry } from './retry.ts';
import { sendRequest } from './send-request.ts';

/** What a client needs. */
export interface ClientOptions {
  /** The API: `http://127.0.0.1:7480/graphql`. Subscriptions go to the same address by WebSocket. */
  readonly url: string;
  /** Bearer token. Never logged. */
  readonly token: string;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  /** How a dead connection is noticed; a ping after 5 s and 5 s for the answer where left out. */
  readonly socket?: Partial<SocketLimits> | undefined;
}

const requestAttempts = 6;
const requestTimeoutMs = 30_000;

/** A client of the API. Connects when it is first used. Dispose it to end its subscriptions. */
export function createClient({ url, token, logger, clock = systemClock, socket: limits }: ClientOptions): Client {
  const endpoint = { url, token };
  const socket = openSocket(endpoint, { pingAfterMs: 5000, pongWithinMs: 5000, connectWithinMs: 10_000, ...limits }, logger);

  const request: Client['request'] = (query, variables = {}, options = {}) => {
    const whileUnavailable = options.retry ?? /^\s*(query\b|\{)/.test(query) ? requestAttempts : 1;
    const attempts = { whileUnavailable, whileTooSoon: options.retry === false ? 1 : requestAttempts };
    return retry(attempts, clock, options.signal, () => sendRequest(endpoint, { query, variables }, options.timeoutMs ?? requestTimeoutMs, options.signal));
  };
  const subscribe: Client['subscribe'] = (document, variables = {}, signal) => socket.subscribe(document, variables, signal);
  return {
    request,
    subscribe,
    follow: (kind, options = {}) => follow(subscribe, clock, kind, options),
    ...kindCalls(request),
    ...nodeCalls(request, subscribe),
    showToken: (next) => { endpoint.token = next; },
    [Symbol.asyncDispose]: () => socket.close(),
  };
}
