import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../command.ts';

const stopMs = 20_000;
const lookMs = 50;
const emptyLooks = 5;

/** Starts a program that outlives this command: its number in `pidFile`, its output in `logFile`. */
export async function startDetached(command: readonly string[], pidFile: string, logFile: string): Promise<void> {
  const [program = '', ...args] = command;
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(program, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  await new Promise<void>((resolve, reject) => { child.once('spawn', resolve).once('error', (error) => reject(new CommandFailure(`${program} does not start: ${error.message}`))); });
  child.unref();
  await writeFile(pidFile, `${child.pid}\n`);
}

/** The number of the process that a file names, while it runs and `mark` stands in its command line: numbers are used again. */
export async function runningProcess(pidFile: string, mark: string): Promise<number | undefined> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!pid) return undefined;
  // A process that is just putting another program in its place has no command line for a moment.
  for (let look = 0; look < emptyLooks; look++) {
    const [command, status] = await Promise.all([`/proc/${pid}/cmdline`, `/proc/${pid}/status`].map((file) => readFile(file, 'utf8').catch(() => '')));
    if (!status || /^State:\s+Z/m.test(status)) return undefined;
    if (command) return command.includes(mark) ? pid : undefined;
    await pause(lookMs);
  }
  return undefined;
}

/** Ends that process, if it runs: SIGTERM, and SIGKILL after 20 s. The file is gone then. */
export async function stopProcess(pidFile: string, mark: string): Promise<void> {
  const pid = await runningProcess(pidFile, mark);
  if (pid !== undefined) {
    signal(pid, 'SIGTERM');
    const killAt = Date.now() + stopMs;
    for (let killed = false; (await runningProcess(pidFile, mark)) === pid; await pause(lookMs)) {
      if (killed || Date.now() < killAt) continue;
      killed = true;
      signal(pid, 'SIGKILL');
    }
  }
  await rm(pidFile, { force: true });
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
