import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Meters } from './meters.ts';

/** A small server of one page. */
export interface MetricsServer extends AsyncDisposable {
  readonly port: number;
}

/** Answers `GET /metrics` and `/healthz` on 127.0.0.1 alone; port 0 for any free one. Rejects when it cannot listen. */
export async function serveMetrics(meters: Meters, port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (request.method !== 'GET' || (path !== '/metrics' && path !== '/healthz')) return void response.writeHead(404).end('only GET /metrics and /healthz\n');
    if (path === '/healthz') return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
    meters.text().then((text) => response.writeHead(200, { 'content-type': meters.contentType }).end(text), () => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => { server.close(() => resolve()); });
    },
  };
}
