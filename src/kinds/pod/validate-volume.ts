import { checkName } from '../../model/check-metadata.ts';
import { checkAbsolutePath, checkExactlyOne, checkNotEmpty, checkRange, checkRelativePath, checkUnique } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { DownwardAPIVolumeFile, EmptyDirVolumeSource, HostPathVolumeSource, KeyToPath, Volume, VolumeMount } from '../../model/object.ts';
import { volumeSources } from './default-volume.ts';
import { checkFieldRef, checkResourceFieldRef } from './validate-env.ts';
import { checkAmount } from './validate-resources.ts';

const hostPathTypes = ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'];
const maxMode = 0o777;

/** Reports what is wrong with a Pod's volumes. */
export function checkVolumes(field: Field, volumes: readonly Volume[]): void {
  checkEach(field, volumes, checkVolume);
  checkUnique(field, volumes, (volume) => volume.name, 'name');
}

/** Reports what is wrong with where a container mounts volumes. */
export function checkMounts(field: Field, mounts: readonly VolumeMount[], volumes: readonly Volume[]): void {
  checkEach(field, mounts, (element, mount) => checkMount(element, mount, volumes));
  checkUnique(field, mounts, (mount) => mount.mountPath, 'mountPath');
}

function checkVolume(field: Field, volume: Volume): void {
  checkName(field.at('name'), 'dns-label', volume.name);
  checkExactlyOne(field, volume, volumeSources);
  const { emptyDir, hostPath, configMap, secret, downwardAPI, persistentVolumeClaim } = volume;
  if (emptyDir) checkEmptyDir(field.at('emptyDir'), emptyDir);
  if (hostPath) checkHostPath(field.at('hostPath'), hostPath);
  if (configMap) {
    checkName(field.at('configMap').at('name'), 'dns-subdomain', configMap.name);
    checkFiles(field.at('configMap'), configMap);
  }
  if (secret) {
    checkName(field.at('secret').at('secretName'), 'dns-subdomain', secret.secretName);
    checkFiles(field.at('secret'), secret);
  }
  if (downwardAPI) {
    checkRange(field.at('downwardAPI').at('defaultMode'), downwardAPI.defaultMode, 0, maxMode);
    checkEach(field.at('downwardAPI').at('items'), downwardAPI.items, checkDownwardFile);
    checkUnique(field.at('downwardAPI').at('items'), downwardAPI.items, (item) => item.path, 'path');
  }
  if (persistentVolumeClaim) checkName(field.at('persistentVolumeClaim').at('claimName'), 'dns-subdomain', persistentVolumeClaim.claimName);
}

function checkEmptyDir(field: Field, { medium, sizeLimit }: EmptyDirVolumeSource): void {
  if (medium !== undefined && medium !== '' && medium !== 'Memory') field.at('medium').fail(`is ${JSON.stringify(medium)}; must be "Memory", or left out for the node's disk`);
  if (sizeLimit !== undefined) checkAmount(field.at('sizeLimit'), sizeLimit);
}

function checkHostPath(field: Field, { path, type }: HostPathVolumeSource): void {
  checkAbsolutePath(field.at('path'), path);
  if (!hostPathTypes.includes(type)) field.at('type').fail(`is ${JSON.stringify(type)}; must be one of ${hostPathTypes.filter((name) => name !== '').join(', ')}, or empty for no check`);
}

function checkFiles(field: Field, { items, defaultMode }: { readonly items?: readonly KeyToPath[] | undefined; readonly defaultMode: number }): void {
  checkRange(field.at('defaultMode'), defaultMode, 0, maxMode);
  checkEach(field.at('items'), items, (element, { key, path, mode }) => {
    checkName(element.at('key'), 'config-key', key);
    checkRelativePath(element.at('path'), path);
    checkRange(element.at('mode'), mode, 0, maxMode);
  });
  checkUnique(field.at('items'), items ?? [], (item) => item.path, 'path');
}

function checkDownwardFile(field: Field, file: DownwardAPIVolumeFile): void {
  checkRelativePath(field.at('path'), file.path);
  checkRange(field.at('mode'), file.mode, 0, maxMode);
  checkExactlyOne(field, file, ['fieldRef', 'resourceFieldRef']);
  if (file.fieldRef) checkFieldRef(field.at('fieldRef'), file.fieldRef, 'file');
  if (file.resourceFieldRef) checkResourceFieldRef(field.at('resourceFieldRef'), file.resourceFieldRef, 'file');
}

function checkMount(field: Field, { name, mountPath, subPath, subPathExpr }: VolumeMount, volumes: readonly Volume[]): void {
  if (!volumes.some((volume) => volume.name === name)) field.at('name').fail(`there is no volume ${JSON.stringify(name)}; must be one of spec.volumes${volumes.length === 0 ? ', which is empty' : `: ${volumes.map((volume) => volume.name).join(', ')}`}`);
  checkNotEmpty(field.at('mountPath'), mountPath);
  if (mountPath !== '' && !mountPath.startsWith('/')) field.at('mountPath').fail(`${JSON.stringify(mountPath)} must be an absolute path, such as "/data"`);
  if (mountPath.includes(':')) field.at('mountPath').fail(`${JSON.stringify(mountPath)} must not contain ":"`);
  if (subPath !== undefined && subPath !== '') checkRelativePath(field.at('subPath'), subPath);
  if (subPathExpr !== undefined && subPathExpr !== '') {
    checkRelativePath(field.at('subPathExpr'), subPathExpr);
    if (subPath !== undefined && subPath !== '') field.at('subPathExpr').fail('must be left out where subPath is given');
  }
}
