import type { Logger } from 'pino';
import type { Client, EventInputMessage } from '../../src/client/client.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import { ApiError } from '../../src/model/errors.ts';
import type { PodEvents } from '../kubelet/kubelet-context.ts';

/** Where events go to the server. Disposing sends what waits, for as long as a server that is away may take. */
export interface EventSender extends PodEvents, AsyncDisposable {}

/** What a sender is made of. */
export interface EventSenderOptions {
  readonly client: Pick<Client, 'recordEvents'>;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const gatherMs = 100;
/** Events of one request; so many do not wait for others. */
const together = 100;
const mostWaiting = 2000;
const retryMs = 1000;
const partingMs = 2000;

/** Records events through the API: gathered for 100 ms or until there are 100, in order, one request at a time. While the server is away they wait, and the oldest of too many are dropped. */
export function createPodEvents({ client, nodeName, clock, logger }: EventSenderOptions): EventSender {
  let waiting: EventInputMessage[] = [];
  let sending: Promise<void> | undefined;
  let cancelTimer: (() => void) | undefined;
  const ending = new AbortController();

  const drop = (surplus: number): void => {
    if (surplus <= 0) return;
    waiting = waiting.slice(surplus);
    logger.warn({ dropped: surplus }, 'events were dropped: the server has been away for too long');
  };
  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, together);
      waiting = waiting.slice(together);
      try {
        await client.recordEvents(batch);
      } catch (error) {
        const isAway = error instanceof ApiError && error.code === 'UNAVAILABLE';
        logger.debug({ err: error, events: batch.length }, isAway ? 'events wait: the server is away' : 'events were not recorded');
        if (!isAway) continue;
        waiting = [...batch, ...waiting];
        drop(waiting.length - mostWaiting);
        if (ending.signal.aborted) return;
        await wait(retryMs, clock, ending.signal).catch(() => undefined);
      }
    }
  };
  const send = (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    sending ??= sendAll().finally(() => { sending = undefined; });
    return sending;
  };

  return {
    record({ metadata: { namespace = 'default', name, uid } }, type, reason, message, container) {
      const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
      waiting.push({ involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, ...fieldPath }, type, reason, message: message.slice(0, 1024), component: 'kubelet', host: nodeName });
      drop(waiting.length - mostWaiting);
      if (waiting.length >= together) void send();
      else cancelTimer ??= clock.after(gatherMs, () => void send());
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.race([send().then(() => (waiting.length > 0 ? send() : undefined)), wait(partingMs, clock)]);
      if (waiting.length > 0) logger.warn({ lost: waiting.length }, 'events were not recorded: the server is away');
    },
  };
}
