import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLService } from '../graphql-service.ts';
import { servePlayground } from '../playground/serve-playground.ts';
import type { WebSockets } from '../websocket/serve-websockets.ts';
import { logHttpRequest } from '../request-log.ts';
import type { RequestLine } from '../request-log.ts';
import { send } from './answer.ts';
import type { Apollo } from './apollo.ts';
import { answerGraphQL } from './graphql-route.ts';
import { answerHealth, answerMetrics, answerReady } from './status-routes.ts';

/** The path of the API, over HTTP and WebSocket, and of the playground. */
export const graphqlPath = '/graphql';

/** An HTTP server that answers all routes. It does not listen yet. */
export function createHttpServer(service: GraphQLService, apollo: Apollo, webSockets: WebSockets): Server {
  const playground = servePlayground();
  const server = createServer((request, response) => {
    const path = pathOf(request);
    const line = logHttpRequest(request, response, path, service.parts.logger);
    if (path === graphqlPath && !playground.wants(request)) return void answerGraphQL(request, response, service, apollo, line).catch((error: unknown) => fail(error, response, line));
    response.setHeader('x-request-id', line.requestId);
    answer(path, request, response).catch((error: unknown) => fail(error, response, line));
  });
  const fail = (error: unknown, response: ServerResponse, { requestId }: RequestLine): void => {
    service.parts.logger.error({ err: error }, 'a request met a fault of the server');
    if (response.headersSent) response.destroy();
    else send(response, 500, { 'content-type': 'text/plain; charset=utf-8', 'x-request-id': requestId }, 'internal error\n');
  };
  const answer = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      if (path === graphqlPath || path.startsWith(`${graphqlPath}/`)) return playground.answer(path, request, response);
      if (path === '/healthz') return answerHealth(response);
      if (path === '/readyz') return answerReady(response, service.parts);
      if (path === '/metrics') return answerMetrics(request, response, service.parts);
      if (path === '/') return send(response, 302, { location: graphqlPath }, '');
    }
    send(response, 404, { 'content-type': 'text/plain; charset=utf-8' }, `nothing here; the API is at ${graphqlPath}\n`);
  };
  server.on('upgrade', (request, socket, head) => {
    if (pathOf(request) === graphqlPath) webSockets.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return server;
}

/** Listens, and resolves with the API's address. Rejects when the port is taken. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: actual } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${actual}${graphqlPath}`;
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
