import { spawn } from 'node:child_process';
import path from 'node:path';

/** The command line of an agent: Node, and what it is to run. */
export function agentCommand(root: string, args: readonly string[]): readonly string[] {
  return [process.execPath, '--max-semi-space-size=4', path.join(root, 'agent/main.mjs'), ...args];
}

/** Runs an agent with this terminal's input and output until it ends, or the signal tells it to. Its exit code. */
export function runAgent(root: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  const [program = process.execPath, ...rest] = agentCommand(root, args);
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: 'inherit', detached: true });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', stop);
      resolve(code ?? 1);
    });
  });
}
