import { spawn } from 'node:child_process';
import { entryCommand } from '../lib/entry-command.ts';

/** Young objects get little room before they are cleared: an agent makes few, and its node has better use for the memory. */
const smallMemory = ['--max-semi-space-size=4'];

/** The command line of an agent: Node, and what it is to run. */
export function agentCommand(args: readonly string[]): readonly [string, ...string[]] {
  return entryCommand('agent/main.ts', args, smallMemory);
}

/** Runs an agent with this terminal's input and output until it ends, or the signal tells it to. Its exit code. */
export function runAgent(args: readonly string[], signal: AbortSignal): Promise<number> {
  const [program, ...rest] = agentCommand(args);
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
