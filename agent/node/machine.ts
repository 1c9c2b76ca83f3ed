import { readFile, statfs } from 'node:fs/promises';
import { freemem, hostname, networkInterfaces } from 'node:os';
import type { NodeSystemInfo } from '../../src/model/object.ts';
import type { RuntimeFacts } from '../runtime/runtime.ts';

const read = (file: string): Promise<string> => readFile(file, 'utf8').then((text) => text.trim(), () => '');

/** What of this machine is used up. */
export interface MachineUse {
  readonly memoryAvailableBytes: number;
  readonly diskBytes: number;
  readonly diskAvailableBytes: number;
  /** The disk that holds images and containers, where it can be seen from here. */
  readonly engineDisk?: { readonly folder: string; readonly bytes: number; readonly availableBytes: number } | undefined;
}

/** Reads how much memory is available and how full the disks under a folder, and under the engine's, are. */
export async function readMachineUse(folder: string, engineFolder: string | undefined): Promise<MachineUse> {
  const [meminfo, disk, engineDisk] = await Promise.all([read('/proc/meminfo'), statfs(folder), engineFolder === undefined ? undefined : statfs(engineFolder).catch(() => undefined)]);
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1];
  return {
    memoryAvailableBytes: available ? Number(available) * 1024 : freemem(), diskBytes: disk.blocks * disk.bsize, diskAvailableBytes: disk.bavail * disk.bsize,
    ...(engineFolder !== undefined && engineDisk ? { engineDisk: { folder: engineFolder, bytes: engineDisk.blocks * engineDisk.bsize, availableBytes: engineDisk.bavail * engineDisk.bsize } } : {}),
  };
}

/** Facts that do not change while the agent runs. */
export async function readSystemInfo(facts: RuntimeFacts, agentVersion: string): Promise<NodeSystemInfo> {
  const [machineID, systemUUID, bootID] = await Promise.all([read('/etc/machine-id'), read('/sys/class/dmi/id/product_uuid'), read('/proc/sys/kernel/random/boot_id')]);
  return {
    machineID, systemUUID: systemUUID || machineID, bootID,
    kernelVersion: facts.kernelVersion, osImage: facts.operatingSystem, containerRuntimeVersion: facts.version,
    kubeletVersion: agentVersion, kubeProxyVersion: agentVersion, operatingSystem: 'linux', architecture: facts.architecture,
  };
}

const bridges = /^(docker|br-|veth|gantry|virbr|cni)/;

/** The address at which other machines reach this one; loopback when there is no other. */
export function chooseNodeIP(interfaces = networkInterfaces()): string {
  const candidates = Object.entries(interfaces).filter(([name]) => !bridges.test(name)).flatMap(([, addresses]) => addresses ?? []);
  return candidates.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

/** A name for this machine's node, in the form that names must have. */
export function defaultNodeName(): string {
  return hostname().toLowerCase().replace(/[^a-z0-9.-]/g, '-').replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') || 'node';
}
