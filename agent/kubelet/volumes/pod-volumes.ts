import { chmod, lchown, lstat, mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Container, Pod } from '../../../src/model/object.ts';
import type { Mount } from '../../runtime/runtime.ts';
import type { EnvSources } from '../env/build-env.ts';
import { expand } from '../env/expand.ts';
import { planHostsFile } from '../hosts-file.ts';
import { formatResolvConf, planResolvConf } from '../resolv-conf.ts';
import type { DnsContext } from '../resolv-conf.ts';
import type { Variable } from '../service-env.ts';
import { StepError } from '../step-error.ts';
import { diskUseBytes, sizeRules } from './disk-use.ts';
import { driverOf } from './drivers.ts';
import { resolveSubPath } from './sub-path.ts';
import type { Tmpfs } from './volume-driver.ts';

/** What Pods have on the node's disk. Everything of one Pod lies in one folder, so that its end leaves nothing. */
export interface PodVolumes {
  /** Makes all volumes present and up to date. Throws StepError FailedMount. */
  prepare(pod: Pod, sources: EnvSources): Promise<void>;
  /** Brings the content of ConfigMaps, Secrets and fields up to date in volumes that exist. */
  refresh(pod: Pod, sources: EnvSources): Promise<void>;
  /** What is mounted into one container; makes what is missing. */
  mounts(pod: Pod, container: Container, attempt: number, env: readonly Variable[], sources: EnvSources): Promise<readonly Mount[]>;
  /** The last words that a container left in its file; undefined when none. */
  terminationMessage(podUid: string, container: string, attempt: number): Promise<string | undefined>;
  /** The moment at which the end of a Pod began here: what was noted first, which outlasts the agent; `nowMs` where nothing was. */
  endBeganAtMs(podUid: string, nowMs: number): Promise<number>;
  /** Says which volume has grown beyond its limit; undefined while none has. */
  overLimit(pod: Pod): Promise<string | undefined>;
  /** Removes all of a Pod. */
  remove(podUid: string): Promise<void>;
  /** Uids of all Pods that have something here. */
  list(): Promise<readonly string[]>;
}

/** Where and how volumes are kept. */
export interface PodVolumesOptions {
  /** Absolute. */
  readonly folder: string;
  readonly tmpfs: Tmpfs;
  readonly dns: () => Promise<DnsContext>;
}

const messageLimit = 4096;

/** Volumes on the node's own file system. */
export function createPodVolumes({ folder, tmpfs, dns }: PodVolumesOptions): PodVolumes {
  const podFolder = (uid: string): string => path.join(folder, uid);
  const volumePath = (uid: string, name: string): string => path.join(podFolder(uid), 'volumes', name);
  const messageFile = (uid: string, name: string, attempt: number): string => path.join(podFolder(uid), 'messages', `${name}-${attempt}`);

  const prepareOne = async (pod: Pod, volume: Pod['spec']['volumes'][number], sources: EnvSources): Promise<string> => {
    const directory = volumePath(pod.metadata.uid, volume.name);
    await mkdir(path.dirname(directory), { recursive: true, mode: 0o711 });
    try {
      const driver = driverOf(volume);
      const at = await driver.prepare({ pod, volume, directory, sources, tmpfs });
      const group = pod.spec.securityContext?.fsGroup;
      if (group !== undefined && !volume.hostPath) await giveToGroup(at, group, !driver.followsObjects);
      return at;
    } catch (error) {
      if (error instanceof StepError) throw error;
      throw new StepError('FailedMount', `MountVolume.SetUp failed for volume "${volume.name}": ${(error as Error).message}`, { cause: error });
    }
  };

  const ownFiles = async (pod: Pod, container: Container, attempt: number, sources: EnvSources): Promise<Mount[]> => {
    const taken = new Set(container.volumeMounts.map(({ mountPath }) => mountPath));
    const base = podFolder(pod.metadata.uid);
    await mkdir(path.join(base, 'messages'), { recursive: true });
    const context = await dns();
    const write = async (name: string, text: string): Promise<string> => {
      const file = path.join(base, name);
      if ((await readFile(file, 'utf8').catch(() => undefined)) !== text) await writeFile(file, text, { mode: 0o644 });
      return file;
    };
    const message = messageFile(pod.metadata.uid, container.name, attempt);
    await (await open(message, 'a', 0o666)).close();
    await chmod(message, 0o666);
    const { podIP } = sources.addresses;
    const files: Mount[] = [
      { hostPath: await write('resolv.conf', formatResolvConf(planResolvConf(pod, context))), containerPath: '/etc/resolv.conf', readOnly: false },
      ...(pod.spec.hostNetwork ? [] : [{ hostPath: await write('hosts', planHostsFile(pod, podIP, context.clusterDomain)), containerPath: '/etc/hosts', readOnly: false }]),
      { hostPath: message, containerPath: container.terminationMessagePath, readOnly: false },
    ];
    return files.filter(({ containerPath }) => !taken.has(containerPath));
  };

  return {
    async prepare(pod, sources) {
      await mkdir(podFolder(pod.metadata.uid), { recursive: true, mode: 0o711 });
      for (const volume of pod.spec.volumes) await prepareOne(pod, volume, sources);
    },
    async refresh(pod, sources) {
      for (const volume of pod.spec.volumes) if (driverOf(volume).followsObjects) await prepareOne(pod, volume, sources);
    },
    async mounts(pod, container, attempt, env, sources) {
      const values = new Map(env.map(({ name, value }) => [name, value]));
      const mounts = await ownFiles(pod, container, attempt, sources);
      for (const mount of container.volumeMounts) {
        const volume = pod.spec.volumes.find(({ name }) => name === mount.name);
        if (!volume) throw new StepError('CreateContainerConfigError', `volume mount "${mount.name}" names no volume of the Pod`);
        const at = await prepareOne(pod, volume, sources);
        const subPath = mount.subPathExpr === undefined ? mount.subPath : expand(mount.subPathExpr, values);
        mounts.push({ hostPath: subPath ? await resolveSubPath(at, subPath) : at, containerPath: mount.mountPath, readOnly: mount.readOnly });
      }
      return mounts;
    },
    async terminationMessage(podUid, container, attempt) {
      const text = await readFile(messageFile(podUid, container, attempt), 'utf8').catch(() => '');
      return text === '' ? undefined : text.slice(0, messageLimit);
    },
    async endBeganAtMs(podUid, nowMs) {
      const file = path.join(podFolder(podUid), 'end-began');
      const noted = Number(await readFile(file, 'utf8').catch(() => ''));
      if (noted > 0) return Math.min(noted, nowMs);
      await mkdir(podFolder(podUid), { recursive: true, mode: 0o711 });
      await writeFile(file, String(nowMs));
      return nowMs;
    },
    async overLimit(pod) {
      for (const { volume, limit, limitBytes } of sizeRules(pod)) {
        const at = volumePath(pod.metadata.uid, volume);
        if ((await diskUseBytes(at)) > limitBytes) return `Usage of EmptyDir volume "${volume}" exceeds the limit "${limit}".`;
      }
      return undefined;
    },
    async remove(podUid) {
      await tmpfs.unmountBelow(podFolder(podUid));
      await rm(podFolder(podUid), { recursive: true, force: true });
    },
    list: () => readdir(folder).catch(() => []),
  };
}

/** Gives everything to a group, as `fsGroup` promises, and lets it write where the Pod may write. */
async function giveToGroup(at: string, group: number, mayWrite: boolean): Promise<void> {
  const found = await lstat(at);
  await lchown(at, found.uid, group);
  if (mayWrite && !found.isSymbolicLink()) await chmod(at, (found.mode & 0o7777) | (found.isDirectory() ? 0o2070 : 0o060));
  if (found.isDirectory()) for (const name of await readdir(at)) await giveToGroup(path.join(at, name), group, mayWrite);
}
