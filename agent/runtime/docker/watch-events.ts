import type Docker from 'dockerode';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { labels } from '../labels.ts';
import { quickMs, timed } from './calls.ts';

const reconnectMs = 1000;
const wanted = ['start', 'die', 'destroy'];

interface EngineEvent {
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
}

async function follow(docker: Docker, clusterId: string, onChange: (uid: string | undefined) => void, signal: AbortSignal): Promise<void> {
  const filters = JSON.stringify({ type: ['container'], event: wanted, label: [`${labels.cluster}=${clusterId}`] });
  const stream = (await timed('events', quickMs, () => docker.getEvents({ filters }), signal)) as Readable;
  const stop = (): unknown => stream.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    onChange(undefined);
    for await (const line of createInterface({ input: stream })) {
      if (!line) continue;
      const uid = (JSON.parse(line) as EngineEvent).Actor?.Attributes?.[labels.podUid];
      if (uid) onChange(uid);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}

/** Follows the engine's events for the containers of one cluster. After every break it says once that anything may have changed, and connects again. */
export async function watchEvents(docker: Docker, clusterId: string, onChange: (uid: string | undefined) => void, signal: AbortSignal, logger: Logger): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow(docker, clusterId, onChange, signal);
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'the stream of Docker events broke; connecting again');
    }
    if (!signal.aborted) await delay(reconnectMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
