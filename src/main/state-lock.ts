import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Makes sure that one Gantry uses a state folder at a time; a lock whose process has died is taken over. Returns its release. Throws, naming the process, while another runs. */
export function lockState(stateFolder: string): () => void {
  const file = path.join(stateFolder, 'gantry.pid');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder !== process.pid && isAlive(holder) && !isYounger(holder, statSync(file).mtimeMs)) throw new Error(`Gantry already runs here as process ${holder} (${file}); stop it first, or set GANTRY_STATE and GANTRY_PORT for a second one`);
      rmSync(file, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process began after a time: then its number was another's at that time. False where nothing tells. */
function isYounger(pid: number, thanMs: number): boolean {
  try {
    const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything, the 20th field: hundredths of a second from the machine's start to the process's. Two seconds for rounding.
    return bootSeconds * 1000 + Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) * 10 > thanMs + 2_000;
  } catch {
    return false;
  }
}
