import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import type { ServiceView } from '../proxy/start-proxy.ts';
import { planHealthChecks } from './plan-health-checks.ts';
import type { HealthCheck } from './plan-health-checks.ts';

export interface HealthCheckOptions {
  readonly nodeName: string;
  readonly view: ServiceView;
  readonly logger: Logger;
  readonly clock: Clock;
}

const gatherMs = 10;
const retryMs = 10_000;

/**
 * Answers HTTP at the health check port of every Service that has one, on all addresses of this node, until disposed: 200 with ready endpoints here, 503 without. A port
 * that is taken is said once and tried again. An answer is worked out when it is asked for, from what the node knows then.
 */
export function startHealthChecks({ nodeName, view, logger, clock }: HealthCheckOptions): AsyncDisposable {
  const listening = new Map<number, Server>();
  const said = new Set<number>();
  let isEnded = false, isDue = false;
  let cancel: (() => void) | undefined;
  let running = Promise.resolve();
  const checks = () => planHealthChecks(view.services(), view.endpointSlices(), nodeName);

  const open = async (port: number): Promise<void> => {
    const server = createServer((_request, response) => {
      const check = checks().get(port);
      if (check) answer(response, check);
      else response.writeHead(503).end();
    });
    try {
      server.listen(port, '0.0.0.0');
      await once(server, 'listening');
      listening.set(port, server);
      said.delete(port);
    } catch (error) {
      if (!said.has(port)) logger.error(`health check port ${port} cannot be opened, trying again: ${error instanceof Error ? error.message : String(error)}`);
      said.add(port);
    }
  };
  const look = async (): Promise<void> => {
    const wanted = new Set(checks().keys());
    for (const [port, server] of [...listening]) {
      if (wanted.has(port)) continue;
      listening.delete(port);
      await close(server);
    }
    for (const port of wanted) if (!listening.has(port)) await open(port);
    if ([...wanted].some((port) => !listening.has(port))) lookIn(retryMs);
  };
  const lookIn = (ms: number): void => {
    cancel?.();
    cancel = clock.after(ms, () => {
      isDue = false;
      if (!isEnded && view.synced) running = running.then(look);
    });
  };
  const stopListening = view.onChange((keys) => {
    if (isDue || !keys.some((key) => key.startsWith('Service/') || key === 'synced')) return;
    isDue = true;
    lookIn(gatherMs);
  });
  lookIn(gatherMs);

  return {
    async [Symbol.asyncDispose]() {
      isEnded = true;
      stopListening();
      cancel?.();
      await running;
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
