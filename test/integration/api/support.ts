import { createClient } from 'graphql-ws';
import type { Client as SocketClient } from 'graphql-ws';
import pino from 'pino';
import { WebSocket } from 'ws';
import { startApi } from '../../../src/api/start-api.ts';
import type { ApiOptions } from '../../../src/api/start-api.ts';
import { createEventRecorder } from '../../../src/control/event-recorder.ts';
import type { EventRecorder } from '../../../src/control/event-recorder.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { systemRandom } from '../../../src/lib/random.ts';
import { bootstrap } from '../../../src/registry/bootstrap.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Identity, Store } from '../../../src/store/store.ts';
import { freshDatabase } from '../../support/postgres.ts';

/** Any JSON; tests look into it by name. */
export interface Json {
  readonly [key: string]: Json;
}

/** A GraphQL error as it arrives. */
export interface WireError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** What a request got. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Json;
  readonly errors: readonly WireError[];
}

/** A server of the API on a database of its own, with everything real. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly origin: string;
  /** Past whatever the API goes through. */
  readonly databaseUrl: string;
  readonly admin: string;
  readonly store: Store;
  readonly registry: Registry;
  readonly recorder: EventRecorder;
  readonly logged: string[];
  token(identity: Identity): Promise<string>;
  /** POSTs a document; as admin where no token is given. */
  ask(query: string, variables?: Readonly<Record<string, unknown>>, token?: string): Promise<Answer>;
  /** `ask`, for what must succeed: the data. */
  get(query: string, variables?: Readonly<Record<string, unknown>>, token?: string): Promise<Json>;
  /** `ask`, for what must fail: the first error. */
  fail(query: string, variables?: Readonly<Record<string, unknown>>, token?: string): Promise<WireError>;
  socket(token?: string): SocketClient;
  /** Another server on the same database. */
  second(): Promise<TestApi>;
}

/** Starts one; `wayTo` is how it reaches its database. */
export async function startTestApi(options: Partial<ApiOptions> = {}, wayTo: (databaseUrl: string) => Promise<string> = (url) => Promise.resolve(url)): Promise<TestApi> {
  const database = await freshDatabase();
  await migrate(database.url);
  return onDatabase(database.url, () => database.drop(), options, await wayTo(database.url));
}

async function onDatabase(databaseUrl: string, drop: () => Promise<void>, options: Partial<ApiOptions>, way = databaseUrl): Promise<TestApi> {
  const logged: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => { logged.push(line); } });
  const store = await openStore({ databaseUrl: way, clock: systemClock, logger });
  const registry = createRegistry({ store, clock: systemClock, random: systemRandom, config: { serviceCIDR: '10.96.0.0/16', podCIDR: '10.244.0.0/16', nodePortRange: [30000, 32767] } });
  await bootstrap(registry, store);
  const recorder = createEventRecorder({ registry, store, clock: systemClock, gatherMs: 10 });
  const api = await startApi({ store, registry, recorder, logger, clock: systemClock, host: '127.0.0.1', port: 0, version: '0.0.0-test', serverId: 'server-1', ...options });
  const admin = (await store.credentials.issue({ type: 'admin', name: 'test' })).token;
  const sockets: SocketClient[] = [];

  const ask: TestApi['ask'] = (query, variables, token = admin) => send(api.url, token, { query, variables });
  return {
    url: api.url, origin: new URL(api.url).origin, databaseUrl, admin, store, registry, recorder, logged, ask,
    token: async (identity) => (await store.credentials.issue(identity)).token,
    get: async (query, variables, token) => {
      const answer = await ask(query, variables, token);
      if (answer.errors.length > 0) throw new Error(`${answer.status} ${JSON.stringify(answer.errors)}`);
      return answer.data;
    },
    fail: async (query, variables, token) => {
      const answer = await ask(query, variables, token);
      const [error] = answer.errors;
      if (!error) throw new Error(`should have failed: ${answer.text.slice(0, 500)}`);
      return error;
    },
    socket: (token = admin) => {
      const socket = createClient({ url: api.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${token}` } });
      sockets.push(socket);
      return socket;
    },
    second: () => onDatabase(databaseUrl, () => Promise.resolve(), options),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) await socket.dispose();
      await api.close();
      await recorder[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await drop();
    },
  };
}

/** POSTs JSON. */
export async function send(url: string, token: string | undefined, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
  });
  const text = await response.text();
  const parsed = text.startsWith('{') ? JSON.parse(text) as { data?: Json; errors?: WireError[] } : {};
  return { status: response.status, headers: response.headers, text, data: parsed.data ?? {}, errors: parsed.errors ?? [] };
}

/** Results of a subscription, one after another. `next` rejects with the errors that the server sent. */
export function follow(socket: SocketClient, query: string, variables: Readonly<Record<string, unknown>> = {}) {
  const results = socket.iterate<Json>({ query, variables });
  return {
    next: async (): Promise<Json> => {
      const { value, done } = await results.next();
      if (done) throw new Error('the subscription ended');
      if (value.errors) throw new Error(JSON.stringify(value.errors));
      return value.data as Json;
    },
    /** Everything up to and with the first that fits. */
    until: async (isLast: (data: Json) => boolean): Promise<Json[]> => {
      const all: Json[] = [];
      for (;;) {
        const { value, done } = await results.next();
        if (done) throw new Error(`the subscription ended after ${JSON.stringify(all).slice(0, 2000)}`);
        if (value.errors) throw new Error(JSON.stringify(value.errors));
        all.push(value.data as Json);
        if (isLast(value.data as Json)) return all;
      }
    },
    stop: async () => { await results.return?.(); },
  };
}

/** A Pod that is good enough to be stored. */
export function podInput(name: string, more: { readonly labels?: Readonly<Record<string, string>>; readonly namespace?: string; readonly spec?: object } = {}) {
  const { labels = {}, namespace = 'default', spec = {} } = more;
  return { metadata: { name, namespace, labels }, spec: { containers: [{ name: 'main', image: 'hello:1' }], ...spec } };
}

/** A Deployment that is good enough to be stored. */
export function deploymentInput(name: string, replicas = 1) {
  return { metadata: { name }, spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'hello:1' }] } } } };
}
