import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Pod } from '../../../src/model/object.ts';
import { parseQuantity } from '../../../src/model/quantity.ts';

const run = promisify(execFile);

/** A volume that may not grow beyond a size, where nothing but looking holds it to that. */
export interface SizeRule {
  readonly volume: string;
  /** As the Pod says it. */
  readonly limit: string;
  readonly limitBytes: number;
}

/** The emptyDirs on disk that have a limit. Those in memory are held to theirs by the kernel. */
export function sizeRules(pod: Pod): readonly SizeRule[] {
  return pod.spec.volumes.flatMap(({ name, emptyDir }) => {
    const { medium, sizeLimit } = emptyDir ?? {};
    if (sizeLimit === undefined || medium === 'Memory') return [];
    const limitBytes = parseQuantity(sizeLimit);
    return limitBytes > 0 ? [{ volume: name, limit: sizeLimit, limitBytes }] : [];
  });
}

/** Bytes of disk that a directory takes. Counted by `du`: a process of its own, which many files do not hold up. */
export async function diskUseBytes(directory: string): Promise<number> {
  const { stdout } = await run('du', ['-s', '-k', '-x', directory]);
  return Number.parseInt(stdout, 10) * 1024;
}
