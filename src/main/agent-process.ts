import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { agentCommand } from '../cli/run-agent.ts';
import { backoffMs } from '../lib/backoff.ts';

/** The agent of this machine as a process of its own. */
export interface AgentProcess {
  /** SIGTERM, and its end; Pods keep running. */
  stop(): Promise<void>;
}

/**
 * Keeps one agent running: started again, after a growing pause, when it ends by itself. It leaves the terminal's signals to us (own session) and ends
 * by itself when we are gone (its IPC channel closes). What it prints goes to `agent.log` in the state folder.
 */
export function keepAgentRunning(options: { readonly args: readonly string[]; readonly stateFolder: string; readonly logger: Logger }): AgentProcess {
  const [program, ...args] = agentCommand(options.args);
  let child: ChildProcess | undefined, stopped = false, failures = 0, timer: NodeJS.Timeout | undefined;
  const start = () => {
    const log = openSync(path.join(options.stateFolder, 'agent.log'), 'a', 0o600);
    const began = Date.now();
    child = spawn(program, args, { stdio: ['ignore', log, log, 'ipc'], detached: true, env: { ...process.env, NODE_ENV: 'production' } });
    closeSync(log);
    child.once('exit', (code, signal) => {
      child = undefined;
      if (stopped) return;
      failures = Date.now() - began > 60_000 ? 1 : failures + 1;
      const pauseMs = backoffMs(failures, { baseMs: 500, maxMs: 30_000 });
      options.logger.warn({ code, signal, pauseMs }, 'the agent ended; it is started again');
      timer = setTimeout(start, pauseMs);
    });
  };
  start();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const running = child;
      if (!running || running.exitCode !== null) return;
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => running.kill('SIGKILL'), 10_000);
        running.once('exit', () => { clearTimeout(force); resolve(); });
        running.kill('SIGTERM');
      });
    },
  };
}
