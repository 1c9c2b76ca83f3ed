import type { Logger } from 'pino';
import type { NodeCalls } from '../../src/client/client.ts';
import { backoffMs } from '../../src/lib/backoff.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import { ApiError } from '../../src/model/errors.ts';

/** How a node says that it lives. */
export interface HeartbeatOptions {
  readonly nodeName: string;
  readonly client: Pick<NodeCalls, 'renewNodeLease'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** 10 s where left out. */
  readonly everyMs?: number | undefined;
  /** The server knows no such node any more. */
  onUnknown(): void;
}

const retryRule = { baseMs: 200, maxMs: 7000 };

/** Renews the node's lease until aborted: every 10 s; after a failure again from 200 ms up to 7 s. */
export async function runHeartbeat({ nodeName, client, clock, logger, signal, everyMs = 10_000, onUnknown }: HeartbeatOptions): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await client.renewNodeLease(nodeName, { signal, timeoutMs: everyMs });
      if (failures > 0) logger.info('the server hears this node again');
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (failures === 1) logger.warn({ err: error }, 'the heartbeat did not arrive; trying again');
      if (error instanceof ApiError && error.code === 'NOT_FOUND') onUnknown();
    }
    await wait(failures === 0 ? everyMs : backoffMs(failures, retryRule), clock, signal).catch(() => undefined);
  }
}
