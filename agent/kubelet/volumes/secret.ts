import { StepError } from '../step-error.ts';
import { chooseItems } from './choose-items.ts';
import type { VolumeDriver } from './volume-driver.ts';
import { writeAtomically } from './write-atomically.ts';

/** The keys of a Secret as files in memory: they never reach the node's disk. */
export const secretVolume: VolumeDriver = {
  followsObjects: true,
  async prepare({ pod, volume, directory, sources, tmpfs }) {
    const source = volume.secret;
    if (!source) return directory;
    const secret = sources.secret(pod.metadata.namespace ?? '', source.secretName);
    if (!secret && !source.optional) throw new StepError('FailedMount', `secret "${source.secretName}" not found`);
    const data = new Map(Object.entries(secret?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
    const payload = chooseItems(data, source.items, source.defaultMode, source.optional ?? false, `secret "${source.secretName}"`);
    await tmpfs.mount(directory, { mode: 0o755 });
    await writeAtomically(directory, payload);
    return directory;
  },
};
