import { readFile } from 'node:fs/promises';

/** CAP_SYS_RESOURCE: without it the kernel lets nobody lower an oom_score_adj. */
const sysResourceBit = 24n;

/**
 * Whether processes of this machine can have that privilege, from the text of a `/proc/<pid>/status`. Looks at the bounding set, which is full for people without
 * privileges too: the engine is another process and may have what this one lacks, but neither can have what the machine was given without. True where unknown.
 */
export function canLowerOomScore(procStatus: string): boolean {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(procStatus)?.[1];
  return bounding === undefined || ((BigInt(`0x${bounding}`) >> sysResourceBit) & 1n) === 1n;
}

/** Asks this machine. */
export async function mayLowerOomScore(): Promise<boolean> {
  return canLowerOomScore(await readFile('/proc/self/status', 'utf8').catch(() => ''));
}
