import type { Logger } from 'pino';
import type { NodeCalls, NodeRequestMessage } from '../../src/client/client.ts';
import { backoffMs } from '../../src/lib/backoff.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import type { Runtime } from '../runtime/runtime.ts';

type LogsRequest = NonNullable<NodeRequestMessage['podLogs']>;

/** What answers requests of the server. */
export interface RequestServer {
  readonly nodeName: string;
  readonly client: Pick<NodeCalls, 'nodeRequests' | 'sendNodeResponse'>;
  readonly runtime: Pick<Runtime, 'inspectPod' | 'logs'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const retryRule = { baseMs: 200, maxMs: 7000 };
const chunkBytes = 64 * 1024;
const gatherMs = 20;

/** Answers what the server asks of this node until aborted. */
export async function serveRequests(server: RequestServer): Promise<void> {
  const { client, nodeName, clock, logger, signal } = server;
  for (let failures = 1; !signal.aborted; failures++) {
    const open = new Map<string, AbortController>();
    try {
      for await (const request of client.nodeRequests(nodeName, signal)) {
        failures = 0;
        if (request.cancel !== undefined) open.get(request.cancel)?.abort();
        if (request.podLogs) answer(request.id, request.podLogs, open, server);
      }
    } catch (error) {
      if (!signal.aborted) logger.debug({ err: error }, 'the line for requests broke off; connecting again');
    }
    for (const controller of open.values()) controller.abort();
    await wait(backoffMs(Math.max(1, failures), retryRule), clock, signal).catch(() => undefined);
  }
}

function answer(id: string, request: LogsRequest, open: Map<string, AbortController>, server: RequestServer): void {
  const controller = new AbortController();
  open.set(id, controller);
  const signal = AbortSignal.any([controller.signal, server.signal]);
  void sendLogs(id, request, server, signal)
    .catch((error: unknown) => (signal.aborted ? undefined : server.client.sendNodeResponse({ requestId: id, done: true, error: (error as Error).message })))
    .catch((error: unknown) => server.logger.debug({ err: error }, 'an answer did not arrive'))
    .finally(() => open.delete(id));
}

/** The container that a request means: the newest, or the one before it. */
async function chooseContainer(request: LogsRequest, runtime: RequestServer['runtime']): Promise<string> {
  const pod = await runtime.inspectPod(request.podUid);
  const found = (pod?.containers ?? []).filter(({ name }) => name === request.container);
  const chosen = found[request.previous ? 1 : 0];
  if (chosen) return chosen.id;
  throw new Error(request.previous ? `container "${request.container}" has no earlier run` : `container "${request.container}" has not started yet`);
}

async function sendLogs(requestId: string, request: LogsRequest, { client, runtime }: RequestServer, signal: AbortSignal): Promise<void> {
  const containerId = await chooseContainer(request, runtime);
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  let gathered = '';
  let sending: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (gathered === '') return;
    const data = Buffer.from(gathered).toString('base64');
    gathered = '';
    sending = sending.then(async () => {
      if (!(await client.sendNodeResponse({ requestId, data }, { retry: false }))) stop.abort();
    });
    sending.catch(() => stop.abort());
  };
  for await (const line of runtime.logs(containerId, request, until)) {
    gathered += `${line}\n`;
    timer ??= setTimeout(flush, gatherMs);
    if (gathered.length >= chunkBytes) {
      flush();
      await sending;
    }
  }
  flush();
  await sending;
  if (!until.aborted) await client.sendNodeResponse({ requestId, done: true });
}
