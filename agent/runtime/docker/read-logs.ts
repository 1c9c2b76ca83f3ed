import type Docker from 'dockerode';
import { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { LogOptions } from '../runtime.ts';
import { quickMs, timed } from './calls.ts';
import { demultiplexed } from './demultiplexed.ts';
import type { Engine } from './engine.ts';

/** Lines of a container's log, standard output and error in the order they were written. */
export async function* readLogs(engine: Engine, id: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const { Config } = await timed('inspect', quickMs, (abortSignal) => engine.call<Docker.ContainerInspectInfo>('GET', `/containers/${id}/json`, { signal: abortSignal }), signal);
  const { follow, timestamps, sinceSeconds, tailLines } = options;
  const since = sinceSeconds === undefined ? undefined : Math.floor(Date.now() / 1000) - sinceSeconds;
  const query = { stdout: true, stderr: true, follow, timestamps, since, tail: tailLines };
  const source = await timed('logs', quickMs, (abortSignal) => engine.open('GET', `/containers/${id}/logs`, { query, signal: abortSignal }), signal);
  const stop = (): unknown => source.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const text = Config.Tty ? source : Readable.from(demultiplexed(source), { objectMode: false });
    for await (const line of createInterface({ input: text, crlfDelay: Infinity })) yield line;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    source.destroy();
  }
}
