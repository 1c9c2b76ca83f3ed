import type Docker from 'dockerode';
import { PassThrough, Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { LogOptions } from '../runtime.ts';
import { quickMs, timed } from './calls.ts';
import { demultiplexed } from './demultiplexed.ts';

/** Lines of a container's log, standard output and error in the order they were written. */
export async function* readLogs(docker: Docker, id: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const container = docker.getContainer(id);
  const { Config } = await timed('inspect', quickMs, (abortSignal) => container.inspect({ abortSignal }), signal);
  const since = options.sinceSeconds === undefined ? {} : { since: Math.floor(Date.now() / 1000) - options.sinceSeconds };
  const common = { stdout: true, stderr: true, timestamps: options.timestamps, ...since, ...(options.tailLines === undefined ? {} : { tail: options.tailLines }) };
  // Asked for as a following stream in both cases: a stream is decoded the same way, and it ends by itself when the container has ended.
  const source: Readable = options.follow
    ? ((await timed('logs', quickMs, () => container.logs({ ...common, follow: true }), signal)) as unknown as Readable)
    : bufferStream(await timed('logs', quickMs, () => container.logs({ ...common, follow: false }), signal));
  const stop = (): unknown => source.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    yield* linesOf(source, Config.Tty);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    source.destroy();
  }
}

function bufferStream(bytes: Buffer): Readable {
  const stream = new PassThrough();
  stream.end(bytes);
  return stream;
}

async function* linesOf(source: Readable, isTerminal: boolean): AsyncGenerator<string, void, undefined> {
  const text = isTerminal ? source : Readable.from(demultiplexed(source), { objectMode: false });
  for await (const line of createInterface({ input: text, crlfDelay: Infinity })) yield line;
}
