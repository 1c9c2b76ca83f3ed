import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Tmpfs } from './volume-driver.ts';

const run = promisify(execFile);

/** Mount points at or below a directory, deepest first. Reads the kernel's list, whose text escapes spaces. */
export function mountPointsBelow(mountInfo: string, directory: string): readonly string[] {
  const points = mountInfo.split('\n').flatMap((line) => line.split(' ')[4] ?? []).map((point) => point.replaceAll('\\040', ' '));
  return points.filter((point) => point === directory || point.startsWith(`${directory}/`)).sort((a, b) => b.length - a.length);
}

/** Mounts with the system's own `mount`. */
export const systemTmpfs: Tmpfs = {
  async mount(directory, { sizeBytes, mode }) {
    await mkdir(directory, { recursive: true });
    if (mountPointsBelow(await readFile('/proc/self/mountinfo', 'utf8'), directory).includes(directory)) return;
    const options = [`mode=${mode.toString(8)}`, ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`])].join(',');
    await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory]);
  },
  async unmountBelow(directory) {
    for (const point of mountPointsBelow(await readFile('/proc/self/mountinfo', 'utf8'), directory)) await run('umount', [point]);
  },
};
