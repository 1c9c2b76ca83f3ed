import { filled } from '../../lib/filled.ts';
import type { Volume, VolumeInput } from '../../model/object.ts';

/** 0644, the mode of files from ConfigMaps, Secrets and the Pod's own fields. */
const fileMode = 0o644;

/** The fields of a Volume of which exactly one is given. */
export const volumeSources = ['emptyDir', 'hostPath', 'configMap', 'secret', 'downwardAPI', 'persistentVolumeClaim'] as const;

/** Fills a volume; without any source it is an emptyDir. */
export function defaultVolume(input: VolumeInput): Volume {
  const hasSource = volumeSources.some((source) => input[source] !== undefined);
  const { hostPath, configMap, secret, downwardAPI, persistentVolumeClaim: claim } = input;
  return filled(input, {
    emptyDir: hasSource ? input.emptyDir : {},
    hostPath: hostPath && { ...hostPath, type: hostPath.type ?? '' },
    configMap: configMap && { ...configMap, defaultMode: configMap.defaultMode ?? fileMode },
    secret: secret && { ...secret, defaultMode: secret.defaultMode ?? fileMode },
    downwardAPI: downwardAPI && { ...downwardAPI, defaultMode: downwardAPI.defaultMode ?? fileMode },
    persistentVolumeClaim: claim && { ...claim, readOnly: claim.readOnly ?? false },
  });
}
