import type { PodInfo } from './pod-info.ts';

/** Everything that filters and scores look at, as text: Pods with the same text suit the same nodes equally well. */
export function demandOf({ pod: { spec, metadata }, requests: { others, ...requests }, countedCpuMillis, countedMemoryBytes, hostPorts, images }: PodInfo): string {
  return JSON.stringify([requests, [...others], countedCpuMillis, countedMemoryBytes, hostPorts, images, spec.nodeName, spec.nodeSelector, spec.affinity, spec.tolerations,
    spec.topologySpreadConstraints, metadata.namespace, metadata.labels, metadata.ownerReferences]);
}
