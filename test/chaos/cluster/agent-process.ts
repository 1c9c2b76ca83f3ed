import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { entryCommand } from '../../../src/lib/entry-command.ts';
import { dieWithUs } from './die-with-us.ts';


/** A real process of `agent/main.ts`. */
export interface AgentProcess extends AsyncDisposable {
  readonly process: ChildProcess;
  /** What it has printed. */
  log(): string;
}

/** Starts it; it joins with a token and follows the server over all its lives. */
export async function startAgent(options: { readonly server: string; readonly joinToken: string; readonly folder: string; readonly more: readonly string[] }): Promise<AgentProcess> {
  const tokenFile = path.join(options.folder, 'join.token');
  await writeFile(tokenFile, options.joinToken, { mode: 0o600 });
  const [program, ...args] = entryCommand('agent/main.ts', [
    '--server', options.server, '--node-name', 'rolling', ...options.more,
    '--state', path.join(options.folder, 'agent'), '--join-token-file', tokenFile, '--log-level', 'warn',
  ]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, VITEST: undefined, NODE_ENV: 'production' } });
  const release = child.pid === undefined ? () => undefined : dieWithUs(child.pid);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { log = (log + text).slice(-20_000); });
  const ended = once(child, 'exit');
  return {
    process: child,
    log: () => log,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
      release();
    },
  };
}
