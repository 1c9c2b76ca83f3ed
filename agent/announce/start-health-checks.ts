import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import { firstLine } from '../host/explain-failure.ts';
import { startUpkeep } from '../host/start-upkeep.ts';
import type { ServiceView } from '../proxy/start-proxy.ts';
import { planHealthChecks } from './plan-health-checks.ts';
import type { HealthCheck } from './plan-health-checks.ts';

export interface HealthCheckOptions {
  readonly nodeName: string;
  readonly view: ServiceView;
  readonly logger: Logger;
  readonly clock: Clock;
}

const retryMs = 10_000;

/**
 * Answers HTTP at the health check port of every Service that has one, on all addresses of this node, until disposed: 200 with ready endpoints here, 503 without. A port
 * that is taken is said once and tried again. An answer is worked out when it is asked for, from what the node knows then.
 */
export function startHealthChecks({ nodeName, view, logger, clock }: HealthCheckOptions): AsyncDisposable {
  const listening = new Map<number, Server>();
  const checks = () => planHealthChecks(view.services(), view.endpointSlices(), nodeName);

  const open = async (port: number): Promise<void> => {
    const server = createServer((_request, response) => {
      const check = checks().get(port);
      if (check) answer(response, check);
      else response.writeHead(503).end();
    });
    server.listen(port, '0.0.0.0');
    await once(server, 'listening');
    listening.set(port, server);
  };
  const upkeep = startUpkeep({
    view, logger, clock,
    concerns: ['Service/'],
    async look() {
      const wanted = new Set(checks().keys());
      for (const [port, server] of [...listening]) {
        if (wanted.has(port)) continue;
        listening.delete(port);
        await close(server);
      }
      const failures: string[] = [];
      for (const port of wanted) if (!listening.has(port)) await open(port).catch((error: unknown) => failures.push(`health check port ${port} cannot be opened, trying again: ${firstLine(error)}`));
      if (failures.length > 0) throw new Error(failures.join('; '));
    },
    retryMs: { first: retryMs, last: retryMs },
    explain: firstLine,
    recovered: 'all health check ports are open',
  });

  return {
    async [Symbol.asyncDispose]() {
      await upkeep[Symbol.asyncDispose]();
      await Promise.all([...listening.values()].map(close));
    },
  };
}

/** As kube-proxy says it; the header is for balancers that weigh nodes. */
function answer(response: ServerResponse, { namespace, name, localEndpoints }: HealthCheck): void {
  response.writeHead(localEndpoints > 0 ? 200 : 503, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', 'x-load-balancing-endpoint-weight': String(localEndpoints) });
  response.end(`${JSON.stringify({ service: { namespace, name }, localEndpoints, serviceProxyHealthy: true })}\n`);
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
