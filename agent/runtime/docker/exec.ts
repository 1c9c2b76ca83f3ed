import type { Readable } from 'node:stream';
import type { ExecResult } from '../runtime.ts';
import { EngineTimeout, quickMs, timed } from './calls.ts';
import { demultiplexed } from './demultiplexed.ts';
import type { Engine } from './engine.ts';

const outputLimit = 10 * 1024;

/** Runs a command in a container. The engine can't end one: after the time limit it is only no longer waited for. */
export async function runInside(engine: Engine, id: string, command: readonly string[], timeoutMs: number): Promise<ExecResult> {
  const body = { Cmd: [...command], AttachStdout: true, AttachStderr: true };
  const { Id } = await timed('exec create', quickMs, (signal) => engine.call<{ Id: string }>('POST', `/containers/${id}/exec`, { body, signal }));
  let output = '';
  let stream: Readable | undefined;
  try {
    await timed('exec', timeoutMs, async (signal) => {
      stream = await engine.open('POST', `/exec/${Id}/start`, { body: { Detach: false, Tty: false }, signal });
      for await (const part of demultiplexed(stream)) if (output.length < outputLimit) output += part.toString();
    });
  } catch (error) {
    if (error instanceof EngineTimeout) return { exitCode: undefined, output };
    throw error;
  } finally {
    stream?.destroy();
  }
  const { ExitCode } = await timed('exec inspect', quickMs, (signal) => engine.call<{ ExitCode: number | null }>('GET', `/exec/${Id}/json`, { signal }));
  return { exitCode: ExitCode ?? undefined, output: output.slice(0, outputLimit) };
}
