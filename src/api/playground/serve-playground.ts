import type { IncomingMessage, ServerResponse } from 'node:http';
import { send } from '../http/answer.ts';

/** The page at `GET /graphql` for browsers. */
export interface Playground {
  /** Whether a request for `/graphql` is a browser's for the page, and no query. */
  wants(request: IncomingMessage): boolean;
  answer(path: string, response: ServerResponse): Promise<void> | void;
}

/** Serves the playground from local files. */
export function servePlayground(): Playground {
  return {
    wants: (request) => request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '') && !(request.url ?? '').includes('?query='),
    answer: (_path, response) => send(response, 200, { 'content-type': 'text/html; charset=utf-8' }, '<!doctype html><title>Gantry</title>'),
  };
}
