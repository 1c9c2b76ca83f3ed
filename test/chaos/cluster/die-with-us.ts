import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Makes sure that a process does not outlive this one, however this one ends. The returned function ends the watch. */
export function dieWithUs(pid: number): () => void {
  return afterUs(`kill -KILL ${pid}`);
}

/** Makes sure that a folder does not outlive this process, however this one ends; what still writes into it then may take a moment to end. The returned function ends the watch. */
export function removeWithUs(folder: string): () => void {
  return afterUs(`for time in 1 2 3 4 5 6 7 8 9 10; do rm -rf '${folder}' 2>/dev/null && exit; sleep 1; done`);
}

/** A shell that waits for its standard input to end, which happens when this process does. */
function afterUs(script: string): () => void {
  const watcher = spawn('sh', ['-c', `cat >/dev/null; ${script}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  (watcher.stdin as Writable & { unref(): void }).unref();
  return () => void watcher.kill('SIGKILL');
}
