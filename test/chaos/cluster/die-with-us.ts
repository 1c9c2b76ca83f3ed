import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Makes sure that a process does not outlive this one, however this one ends. The returned function ends the watch. */
export function dieWithUs(pid: number): () => void {
  const watcher = spawn('sh', ['-c', `cat >/dev/null; kill -KILL ${pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  (watcher.stdin as Writable & { unref(): void }).unref();
  return () => void watcher.kill('SIGKILL');
}
