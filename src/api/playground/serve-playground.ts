import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { projectFile } from '../../lib/project-file.ts';
import { send } from '../http/answer.ts';
import { firstSteps } from './first-steps.ts';

/** The page at `GET /graphql` for browsers. */
export interface Playground {
  /** Whether a request for `/graphql` is a browser's for the page, and no query. */
  wants(request: IncomingMessage): boolean;
  /** Answers the page at `/graphql` and its files below. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
  readonly tag: string;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', json: 'application/json; charset=utf-8',
};
const installed = (name: string) => projectFile(`node_modules/${name}`);
const own = (name: string) => projectFile(`src/api/playground/page/${name}`);

/** Every file of the page by its path; nothing else is served, and nothing from other hosts is needed. */
const files: Readonly<Record<string, string>> = {
  '/graphql': own('index.html'),
  '/graphql/playground.js': own('playground.js'),
  '/graphql/playground.css': own('playground.css'),
  '/graphql/react.js': installed('react/umd/react.production.min.js'),
  '/graphql/react-dom.js': installed('react-dom/umd/react-dom.production.min.js'),
  '/graphql/graphiql.js': installed('graphiql/graphiql.min.js'),
  '/graphql/graphiql.css': installed('graphiql/graphiql.min.css'),
};

/** The client of subscriptions comes as a file and a part whose name changes with the version. */
const socketFile = /^\/graphql\/graphql-ws\/((?:client|common-[\w-]+)\.js)$/;

/** Only own scripts; styles in elements are the editor's. */
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Serves the playground from local files, each read once. */
export function servePlayground(): Playground {
  const assets = new Map<string, Promise<Asset | undefined>>();
  return {
    wants: (request) => (request.method === 'GET' || request.method === 'HEAD') && /\btext\/html\b/.test(request.headers.accept ?? '') && !/[?&]query=/.test(request.url ?? ''),
    answer: async (path, request, response) => {
      const loading = assets.get(path) ?? load(path);
      assets.set(path, loading);
      const asset = await loading;
      if (!asset) {
        assets.delete(path);
        return send(response, 404, { 'content-type': 'text/plain; charset=utf-8' }, 'nothing here\n');
      }
      const headers = { 'content-type': asset.type, 'cache-control': 'no-cache', etag: asset.tag, vary: 'accept, accept-encoding', 'content-security-policy': contentPolicy, 'referrer-policy': 'no-referrer' };
      if (request.headers['if-none-match'] === asset.tag) return send(response, 304, headers, '');
      const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
      send(response, 200, isZipped ? { ...headers, 'content-encoding': 'gzip' } : headers, isZipped ? asset.zipped : asset.body);
    },
  };
}

async function load(path: string): Promise<Asset | undefined> {
  if (path === '/graphql/first-steps.json') return assetOf('json', Buffer.from(JSON.stringify(firstSteps)));
  const socket = socketFile.exec(path)?.[1];
  const file = socket ? installed(`graphql-ws/dist/${socket}`) : files[path];
  if (file === undefined) return undefined;
  const body = await readFile(file).catch(() => undefined);
  return body && assetOf(file.slice(file.lastIndexOf('.') + 1), body);
}

async function assetOf(extension: string, body: Buffer): Promise<Asset> {
  const zipped = await promisify(gzip)(body);
  return { type: types[extension] ?? 'application/octet-stream', body, zipped, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
