import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { StepError } from '../step-error.ts';
import type { VolumeDriver } from './volume-driver.ts';

const checks: Readonly<Record<string, (found: Stats) => boolean>> = {
  DirectoryOrCreate: (found) => found.isDirectory(),
  Directory: (found) => found.isDirectory(),
  FileOrCreate: (found) => found.isFile(),
  File: (found) => found.isFile(),
  Socket: (found) => found.isSocket(),
  CharDevice: (found) => found.isCharacterDevice(),
  BlockDevice: (found) => found.isBlockDevice(),
};

/** A file or directory of the node, checked against its type; it survives the Pod. */
export const hostPathVolume: VolumeDriver = {
  followsObjects: false,
  async prepare({ volume, directory }) {
    const source = volume.hostPath;
    if (!source) return directory;
    const { path, type } = source;
    const found = await stat(path).catch(() => undefined);
    if (!found && type === 'FileOrCreate') {
      await writeFile(path, '', { mode: 0o644 });
      await chmod(path, 0o644);
      return path;
    }
    if (!found && (type === 'DirectoryOrCreate' || type === '')) {
      const made = await mkdir(path, { recursive: true, mode: 0o755 });
      if (made !== undefined) await chmod(path, 0o755);
      return path;
    }
    const isRight = checks[type];
    if (!found) throw new StepError('FailedMount', `hostPath type check failed: ${path} does not exist on the node (wanted ${type})`);
    if (isRight && !isRight(found)) throw new StepError('FailedMount', `hostPath type check failed: ${path} is not a ${type}`);
    return path;
  },
};
