import type { Volume } from '../../../src/model/object.ts';
import { StepError } from '../step-error.ts';
import { configMapVolume } from './config-map.ts';
import { downwardAPIVolume } from './downward-api.ts';
import { emptyDirVolume } from './empty-dir.ts';
import { hostPathVolume } from './host-path.ts';
import { secretVolume } from './secret.ts';
import type { VolumeDriver } from './volume-driver.ts';

/** A field of Volume that names its source. */
export type VolumeType = Exclude<keyof Volume, 'name'>;

const unsupported: VolumeDriver = {
  followsObjects: false,
  prepare: ({ volume }) => Promise.reject(new StepError('FailedMount', `volume "${volume.name}": this node has no driver for its type`)),
};

/** One driver per type; a missing one does not compile. */
export const volumeDrivers: { readonly [Type in VolumeType]-?: VolumeDriver } = {
  emptyDir: emptyDirVolume,
  hostPath: hostPathVolume,
  configMap: configMapVolume,
  secret: secretVolume,
  downwardAPI: downwardAPIVolume,
  persistentVolumeClaim: unsupported,
};

/** The driver of a volume; emptyDir where no source is given. */
export function driverOf(volume: Volume): VolumeDriver {
  const type = (Object.keys(volumeDrivers) as VolumeType[]).find((name) => volume[name] !== undefined);
  return volumeDrivers[type ?? 'emptyDir'];
}
