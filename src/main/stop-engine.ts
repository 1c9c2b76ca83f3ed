import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const stopMs = 20_000;

/** Stops the Docker Engine that set-up started, by the pid file it left, after making sure that the process is one. Any other engine is left alone. */
export async function stopEngine(pidFile: string): Promise<string> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!pid || !(await isEngine(pid))) return 'not started by Gantry; left alone';
  process.kill(pid, 'SIGTERM');
  const end = Date.now() + stopMs;
  while (await isEngine(pid)) {
    if (Date.now() > end) throw new Error(`dockerd, process ${pid}, does not end; look at its log beside ${pidFile}`);
    await pause(50);
  }
  return 'stopped';
}

/** Whether a process is a Docker Engine that still runs: pids are used again. */
async function isEngine(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return /^Name:\s+dockerd$/m.test(status) && !/^State:\s+Z/m.test(status);
}
