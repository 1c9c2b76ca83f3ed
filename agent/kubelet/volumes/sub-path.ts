import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { StepError } from '../step-error.ts';

/** The place of a subPath in a volume, made where it is missing. Throws StepError when it leads out of the volume, also through a link. */
export async function resolveSubPath(volumePath: string, subPath: string): Promise<string> {
  const root = await realpath(volumePath);
  const wanted = path.join(root, subPath);
  if (!isWithin(root, wanted)) throw outside(subPath);
  await mkdir(wanted, { recursive: true, mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const actual = await realpath(wanted);
  if (!isWithin(root, actual)) throw outside(subPath);
  return actual;
}

function isWithin(root: string, inner: string): boolean {
  return inner === root || inner.startsWith(`${root}/`);
}

function outside(subPath: string): StepError {
  return new StepError('CreateContainerConfigError', `subPath "${subPath}" leads out of its volume`);
}
