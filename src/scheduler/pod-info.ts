import type { Pod, Protocol } from '../model/object.ts';
import { podRequests } from './resources.ts';
import type { Resources } from './resources.ts';

/** A port that a Pod occupies on its node. */
export interface HostPort {
  /** `0.0.0.0` for all addresses. */
  readonly ip: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** What scheduling needs of a Pod, worked out once. */
export interface PodInfo {
  readonly pod: Pod;
  readonly uid: string;
  readonly requests: Resources;
  /** What least-allocated counts: containers that request nothing count as 100m and 200 MB, so that they spread too. */
  readonly countedCpuMillis: number;
  readonly countedMemoryBytes: number;
  readonly hostPorts: readonly HostPort[];
  /** Names of its images, with tag. */
  readonly images: readonly string[];
}

const assumedCpuMillis = 100;
const assumedMemoryBytes = 200 * 1024 * 1024;

/** Works out what scheduling needs of a Pod. */
export function podInfoOf(pod: Pod): PodInfo {
  const requests = podRequests(pod.spec);
  const containers = pod.spec.containers;
  const withoutCpu = containers.filter((c) => c.resources.requests['cpu'] === undefined).length;
  const withoutMemory = containers.filter((c) => c.resources.requests['memory'] === undefined).length;
  return {
    pod, uid: pod.metadata.uid, requests,
    countedCpuMillis: requests.cpuMillis + withoutCpu * assumedCpuMillis,
    countedMemoryBytes: requests.memoryBytes + withoutMemory * assumedMemoryBytes,
    hostPorts: containers.some((c) => c.ports.length > 0) ? hostPortsOf(pod) : [],
    images: containers.map((c) => imageWithTag(c.image)),
  };
}

/** `busybox` → `busybox:latest`; a name with a tag or digest stays. */
export function imageWithTag(image: string): string {
  return image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`;
}

function hostPortsOf(pod: Pod): readonly HostPort[] {
  return pod.spec.containers.flatMap((container) => container.ports.flatMap(({ hostPort, hostIP, protocol }) => (hostPort ? [{ ip: hostIP || '0.0.0.0', port: hostPort, protocol }] : [])));
}
