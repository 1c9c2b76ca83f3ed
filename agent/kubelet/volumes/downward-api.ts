import { fieldText } from '../env/field-ref.ts';
import { resourceText } from '../env/resource-ref.ts';
import { StepError } from '../step-error.ts';
import type { VolumeDriver } from './volume-driver.ts';
import { writeAtomically } from './write-atomically.ts';

/** Fields of the Pod as files; changed labels and annotations arrive. */
export const downwardAPIVolume: VolumeDriver = {
  followsObjects: true,
  async prepare({ pod, volume, directory, sources }) {
    const source = volume.downwardAPI;
    if (!source) return directory;
    const payload = new Map<string, { data: Buffer; mode: number }>();
    for (const { path, fieldRef, resourceFieldRef, mode } of source.items) {
      const text = fieldRef ? fieldText(pod, fieldRef.fieldPath, sources.addresses)
        : resourceFieldRef ? resourceText(pod, undefined, resourceFieldRef, sources.allocatable) : undefined;
      if (text === undefined) throw new StepError('FailedMount', `volume "${volume.name}": no such field for file ${path}`);
      payload.set(path, { data: Buffer.from(text), mode: mode ?? source.defaultMode });
    }
    await writeAtomically(directory, payload);
    return directory;
  },
};
