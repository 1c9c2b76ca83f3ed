import { StepError } from '../step-error.ts';
import { chooseItems } from './choose-items.ts';
import type { VolumeDriver } from './volume-driver.ts';
import { writeAtomically } from './write-atomically.ts';

/** The keys of a ConfigMap as files; changes arrive as one. */
export const configMapVolume: VolumeDriver = {
  followsObjects: true,
  async prepare({ pod, volume, directory, sources }) {
    const source = volume.configMap;
    if (!source) return directory;
    const map = sources.configMap(pod.metadata.namespace ?? '', source.name);
    if (!map && !source.optional) throw new StepError('FailedMount', `configmap "${source.name}" not found`);
    const data = new Map([
      ...Object.entries(map?.binaryData ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
      ...Object.entries(map?.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const),
    ]);
    await writeAtomically(directory, chooseItems(data, source.items, source.defaultMode, source.optional ?? false, `configmap "${source.name}"`));
    return directory;
  },
};
