import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from '../../model/errors.ts';
import { authenticate } from '../authenticate.ts';
import type { ApiParts } from '../context.ts';
import { send } from './answer.ts';

const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

/** `/healthz`: the process answers. */
export function answerHealth(response: ServerResponse): void {
  send(response, 200, plain, 'ok\n');
}

/** `/readyz`: the store answers, so requests can be served. 503 with the reason otherwise. */
export async function answerReady(response: ServerResponse, { store }: Pick<ApiParts, 'store'>): Promise<void> {
  try {
    await store.leases.holder('ready');
    send(response, 200, plain, `ok, revision ${store.snapshot().revision}\n`);
  } catch (error) {
    send(response, 503, plain, `not ready: ${error instanceof ApiError ? error.message : 'the store does not answer'}\n`);
  }
}

/** `/metrics`, for callers on this machine that no proxy stands in front of, and for holders of an admin token. */
export async function answerMetrics(request: IncomingMessage, response: ServerResponse, { store, metrics }: ApiParts): Promise<void> {
  if (!isDirectFromHere(request)) {
    const identity = await authenticate(request.headers.authorization, store.credentials).catch(() => undefined);
    if (identity?.type !== 'admin') return send(response, identity ? 403 : 401, { ...plain, 'www-authenticate': 'Bearer' }, 'metrics need an admin token, or a caller on this machine\n');
  }
  send(response, 200, { 'content-type': metrics.contentType }, await metrics.text());
}

function isDirectFromHere(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? '';
  const isForwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some((name) => request.headers[name] !== undefined);
  return !isForwarded && (address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1');
}
