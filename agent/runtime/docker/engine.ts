import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';

/** Parameters of a call's address; what is undefined is left out, objects become JSON. */
export type Query = Readonly<Record<string, string | number | boolean | object | undefined>>;

/** What goes with a call. */
export interface CallOptions {
  readonly query?: Query;
  /** An object goes as JSON, bytes as a tar archive. */
  readonly body?: object | Buffer | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Closes the connection. */
  readonly signal?: AbortSignal | undefined;
}

/** The HTTP API of a Docker Engine. Every call rejects with `EngineRefusal` when the engine refuses, and with Node's own error when it can't be reached. */
export interface Engine {
  /** The answer's JSON; undefined where it has none. */
  call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, options?: CallOptions): Promise<T>;
  /** The answer as it comes, on a connection of its own. Destroy it to end it. */
  open(method: 'GET' | 'POST', path: string, options?: CallOptions): Promise<Readable>;
}

/** The engine answered that it will not. */
export class EngineRefusal extends Error {
  override readonly name = 'EngineRefusal';
  constructor(readonly statusCode: number, message: string) {
    super(message);
  }
}

/** The oldest version of the API that has all that is used here. */
const version = 'v1.41';
/** Connections kept for the next call: more are needed only while many calls run at once. */
const keptConnections = 8;

/** An engine behind a unix socket. Opens nothing until it is first called; idle connections keep no process alive. */
export function createEngine(socketPath: string): Engine {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: keptConnections });

  const send = (method: string, path: string, { query = {}, body, headers, signal }: CallOptions, isStream: boolean): Promise<IncomingMessage> => new Promise((resolve, reject) => {
    const payload = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
    const outgoing = request({
      socketPath, method, path: `/${version}${path}${queryText(query)}`, agent: isStream ? false : agent, ...(signal ? { signal } : {}),
      headers: { host: 'docker', ...headers, ...(payload ? { 'content-type': type, 'content-length': payload.length } : {}) },
    }, resolve);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // The engine closed a kept connection at the moment of its use: the call has not been read.
      if (outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) resolve(send(method, path, { query, body, headers, signal }, isStream));
      else reject(error);
    });
    outgoing.end(payload);
  });

  const refuse = async (answer: IncomingMessage): Promise<never> => {
    const said = await textOf(answer);
    throw new EngineRefusal(answer.statusCode ?? 0, messageIn(said) ?? `Docker answered ${answer.statusCode}: ${said.trim()}`);
  };
  const isRefused = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode >= 300;

  return {
    async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, options: CallOptions = {}) {
      const answer = await send(method, path, options, false);
      if (isRefused(answer)) return refuse(answer);
      const said = await textOf(answer);
      return (said === '' || said === 'OK' ? undefined : JSON.parse(said)) as T;
    },
    async open(method, path, options = {}) {
      const answer = await send(method, path, options, true);
      return isRefused(answer) ? refuse(answer) : answer;
    },
  };
}

function queryText(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : String(value))}`).join('&')}`;
}

function messageIn(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
