import { request } from 'node:http';
import type { Agent } from 'node:http';
import { WebSocket } from 'ws';
import { tokenMark } from './inputs/fuzz-input.ts';
import type { FuzzInput } from './inputs/fuzz-input.ts';

/** A server to be tried. */
export interface FuzzTarget {
  /** `http://127.0.0.1:…/graphql`. */
  readonly url: string;
  /** An administrator's. */
  readonly token: string;
}

/** What a server made of an input: the status or close code, and all text that came. */
export interface FuzzOutcome {
  readonly code: number;
  readonly texts: readonly string[];
}

/** Sends an input, and resolves when the server has said all it has to say. Rejects where it doesn't answer. */
export function sendInput(input: FuzzInput, target: FuzzTarget, agent: Agent): Promise<FuzzOutcome> {
  return input.via === 'http' ? overHttp(input, target, agent) : overWebSocket(input.messages, target);
}

function overHttp({ method, query, headers, body }: Extract<FuzzInput, { via: 'http' }>, { url, token }: FuzzTarget, agent: Agent): Promise<FuzzOutcome> {
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll(tokenMark, token)]));
  return new Promise((resolve, reject) => {
    const sent = request(url + query, { method, headers: { ...filled, 'content-length': Buffer.byteLength(body) }, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ code: response.statusCode ?? 0, texts: [Buffer.concat(parts).toString()] }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A pong after the last message says that all were taken; then the connection is closed, as a client may at any time. */
function overWebSocket(messages: readonly (string | Uint8Array)[], { url, token }: FuzzTarget): Promise<FuzzOutcome> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  const texts: string[] = [];
  const marker = 'all was taken';
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      for (const message of messages) socket.send(typeof message === 'string' ? message.replaceAll(tokenMark, token) : message);
      socket.send(JSON.stringify({ type: 'ping', payload: { marker } }));
    });
    socket.on('message', (data) => {
      const text = String(data);
      if (text.includes(marker) && text.includes('"pong"')) socket.close(1000);
      else texts.push(text);
    });
    socket.on('close', (code) => resolve({ code, texts }));
    socket.on('error', reject);
  });
}
