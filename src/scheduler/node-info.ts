import { sameValue } from '../lib/same-value.ts';
import { parseQuantity } from '../model/quantity.ts';
import type { Node, Taint } from '../model/object.ts';
import { imageWithTag } from './pod-info.ts';
import type { HostPort, PodInfo } from './pod-info.ts';
import { addResources, noResources, resourcesOf, subtractResources } from './resources.ts';
import type { Resources } from './resources.ts';

/** A node with what the Pods on it take. Immutable; sums are kept, so a Pod more or less costs the same on a full node. */
export interface NodeInfo {
  readonly node: Node;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Cordoned. */
  readonly isUnschedulable: boolean;
  /** Taints that keep Pods away: NoSchedule and NoExecute. */
  readonly hardTaints: readonly Taint[];
  /** Taints that Pods avoid if they can: PreferNoSchedule. */
  readonly softTaints: readonly Taint[];
  readonly allocatable: Resources;
  readonly allowedPods: number;
  readonly podCount: number;
  readonly requested: Resources;
  readonly countedCpuMillis: number;
  readonly countedMemoryBytes: number;
  /** Addresses taken, by `TCP/80`; an address is there once for each Pod that has it. */
  readonly ports: ReadonlyMap<string, readonly string[]>;
  /** Size in bytes of the images present, by name with tag. */
  readonly images: ReadonlyMap<string, number>;
}

/** A node without Pods. */
export function nodeInfoOf(node: Node): NodeInfo {
  const allocatable = node.status.allocatable ?? {};
  return {
    node, name: node.metadata.name, labels: node.metadata.labels, isUnschedulable: node.spec.unschedulable,
    hardTaints: node.spec.taints.filter((taint) => taint.effect !== 'PreferNoSchedule'),
    softTaints: node.spec.taints.filter((taint) => taint.effect === 'PreferNoSchedule'),
    allocatable: resourcesOf(allocatable), allowedPods: parseQuantity(allocatable['pods'] ?? '0'),
    podCount: 0, requested: noResources, countedCpuMillis: 0, countedMemoryBytes: 0, ports: new Map(),
    images: new Map(node.status.images.flatMap((image) => image.names.map((name) => [imageWithTag(name), image.sizeBytes]))),
  };
}

/** The same Pods on a new state of the node. */
export function withNode(info: NodeInfo, node: Node): NodeInfo {
  const { podCount, requested, countedCpuMillis, countedMemoryBytes, ports } = info;
  return { ...nodeInfoOf(node), podCount, requested, countedCpuMillis, countedMemoryBytes, ports };
}

/** Whether two states of a node are the same to every Pod: only heartbeats and conditions differ. */
export function isSameForPods(one: NodeInfo, other: NodeInfo): boolean {
  return one.isUnschedulable === other.isUnschedulable && one.allowedPods === other.allowedPods && sameValue(one.labels, other.labels)
    && sameValue(one.node.spec.taints, other.node.spec.taints) && sameValue(one.node.status.allocatable, other.node.status.allocatable)
    && sameValue(one.node.status.images, other.node.status.images);
}

/** The node with one Pod more. */
export function withPod(info: NodeInfo, pod: PodInfo): NodeInfo {
  return {
    ...info, podCount: info.podCount + 1, requested: addResources(info.requested, pod.requests),
    countedCpuMillis: info.countedCpuMillis + pod.countedCpuMillis, countedMemoryBytes: info.countedMemoryBytes + pod.countedMemoryBytes,
    ports: pod.hostPorts.length === 0 ? info.ports : pod.hostPorts.reduce(takePort, info.ports),
  };
}

/** The node with one Pod less; the Pod must be on it. */
export function withoutPod(info: NodeInfo, pod: PodInfo): NodeInfo {
  return {
    ...info, podCount: info.podCount - 1, requested: subtractResources(info.requested, pod.requests),
    countedCpuMillis: info.countedCpuMillis - pod.countedCpuMillis, countedMemoryBytes: info.countedMemoryBytes - pod.countedMemoryBytes,
    ports: pod.hostPorts.length === 0 ? info.ports : pod.hostPorts.reduce(freePort, info.ports),
  };
}

/** The key of `NodeInfo.ports`. */
export function portKey({ protocol, port }: HostPort): string {
  return `${protocol}/${port}`;
}

function takePort(ports: NodeInfo['ports'], port: HostPort): NodeInfo['ports'] {
  return new Map(ports).set(portKey(port), [...(ports.get(portKey(port)) ?? []), port.ip].sort());
}

function freePort(ports: NodeInfo['ports'], port: HostPort): NodeInfo['ports'] {
  const left = [...(ports.get(portKey(port)) ?? [])];
  left.splice(left.indexOf(port.ip), 1);
  const result = new Map(ports);
  if (left.length === 0) result.delete(portKey(port));
  else result.set(portKey(port), left);
  return result;
}
