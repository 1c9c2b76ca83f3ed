import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import type { ExecResult } from '../runtime.ts';
import { EngineTimeout, quickMs, timed } from './calls.ts';
import { demultiplexed } from './demultiplexed.ts';

const outputLimit = 10 * 1024;

/** Runs a command in a container. The engine can't end one: after the time limit it is only no longer waited for. */
export async function runInside(docker: Docker, id: string, command: readonly string[], timeoutMs: number): Promise<ExecResult> {
  const exec = await timed('exec create', quickMs, () => docker.getContainer(id).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true }));
  let output = '';
  let stream: Readable | undefined;
  try {
    await timed('exec', timeoutMs, async () => {
      stream = (await exec.start({ Detach: false, Tty: false })) as unknown as Readable;
      for await (const part of demultiplexed(stream)) if (output.length < outputLimit) output += part.toString();
    });
  } catch (error) {
    if (error instanceof EngineTimeout) return { exitCode: undefined, output };
    throw error;
  } finally {
    stream?.destroy();
  }
  const { ExitCode } = await timed('exec inspect', quickMs, () => exec.inspect());
  return { exitCode: ExitCode ?? undefined, output: output.slice(0, outputLimit) };
}
