import { chmod, mkdir } from 'node:fs/promises';
import { parseQuantity } from '../../../src/model/quantity.ts';
import type { VolumeDriver } from './volume-driver.ts';

const anyoneMayWrite = 0o777;

/** Empty at first, kept over container restarts, gone with the Pod. On disk, or in memory with an enforced size. */
export const emptyDirVolume: VolumeDriver = {
  followsObjects: false,
  async prepare({ volume, directory, tmpfs }) {
    const { medium, sizeLimit } = volume.emptyDir ?? {};
    if (medium === 'Memory') {
      await tmpfs.mount(directory, { mode: anyoneMayWrite, sizeBytes: sizeLimit === undefined ? undefined : parseQuantity(sizeLimit) });
      return directory;
    }
    const isNew = await mkdir(directory, { recursive: true });
    if (isNew !== undefined) await chmod(directory, anyoneMayWrite);
    return directory;
  },
};
