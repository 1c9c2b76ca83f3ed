import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEngine } from '../../e2e/support/engine.ts';
import { resetGantry, startGantry } from '../../e2e/support/gantry.ts';
import type { Gantry } from '../../e2e/support/gantry.ts';

/** A whole Gantry as a person starts it, on a Docker Engine of its own. */
export interface BenchCluster extends AsyncDisposable {
  readonly gantry: Gantry;
  /** Docker's socket. */
  readonly socket: string;
}

/** Starts one, without the hello cluster. A benchmark that is interrupted leaves nothing behind either. */
export async function startCluster(): Promise<BenchCluster> {
  const engine = await startEngine(`/tmp/gantry-bench-${process.pid}`), stateFolder = await mkdtemp(path.join(tmpdir(), 'gantry-'));
  process.env['DOCKER_HOST'] = `unix://${engine.socket}`;
  const starting = startGantry({ stateFolder, args: ['--empty'] });
  const remove = async () => {
    try {
      await starting.then((gantry) => gantry.stop(), () => undefined);
      await resetGantry(stateFolder);
      await rm(stateFolder, { recursive: true, force: true });
    } finally {
      await engine.stop();
    }
  };
  // A terminal's Ctrl-C arrives more than once, from the terminal and from those that pass it on: the first is enough.
  let removing: Promise<void> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { removing ??= remove().finally(() => process.exit(130)); });
  try {
    return { gantry: await starting, socket: engine.socket, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
