import type Docker from 'dockerode';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { labels } from '../labels.ts';
import { quickMs, timed } from './calls.ts';

const reconnectMs = 1000;
const wanted = ['start', 'die', 'destroy'];

/** What happened to a container of the cluster. */
export interface ContainerEvent {
  readonly id: string;
  readonly podUid: string;
  /** `start`, `die` or `destroy`. */
  readonly action: string;
}

/** Who is told. */
export interface EventListener {
  /** Every event from now on will be told; anything may have changed before. */
  onFollowed(): void;
  /** Events are missed from now on. */
  onLost(): void;
  onEvent(event: ContainerEvent): void;
}

interface EngineEvent {
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> };
}

async function follow(docker: Docker, clusterId: string, listener: EventListener, signal: AbortSignal): Promise<void> {
  const filters = JSON.stringify({ type: ['container'], event: wanted, label: [`${labels.cluster}=${clusterId}`] });
  const stream = (await timed('events', quickMs, () => docker.getEvents({ filters }), signal)) as Readable;
  const stop = (): unknown => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    listener.onFollowed();
    for await (const line of createInterface({ input: stream })) {
      if (!line) continue;
      const { Action: action = '', Actor: { ID: id, Attributes: attributes } = {} } = JSON.parse(line) as EngineEvent;
      const podUid = attributes?.[labels.podUid];
      if (id && podUid) listener.onEvent({ id, podUid, action });
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
    listener.onLost();
  }
}

/** Follows the engine's events for the containers of one cluster, and connects again after every break. */
export async function watchEvents(docker: Docker, clusterId: string, listener: EventListener, signal: AbortSignal, logger: Logger): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow(docker, clusterId, listener, signal);
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'the stream of Docker events broke; connecting again');
    }
    if (!signal.aborted) await delay(reconnectMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
