import type { Logger } from 'pino';
import type { NodeCalls } from '../../src/client/client.ts';
import { backoffMs } from '../../src/lib/backoff.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import type { FedNodeView } from './node-view.ts';

const retryRule = { baseMs: 200, maxMs: 7000 };

/** Feeds the view from the server until aborted; connects again after every break, and the view keeps what it held. */
export async function feedView(view: FedNodeView, nodeName: string, client: Pick<NodeCalls, 'nodeWork'>, clock: Clock, logger: Logger, signal: AbortSignal): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      view.begin();
      for await (const step of client.nodeWork(nodeName, signal)) {
        view.accept(step);
        failures = 0;
      }
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, "the node's work list broke off; connecting again");
    }
    await wait(backoffMs(Math.max(1, failures), retryRule), clock, signal).catch(() => undefined);
  }
}
