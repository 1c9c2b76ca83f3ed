import type { NodeInfo } from '../node-info.ts';
import type { Resources } from '../resources.ts';
import type { Filter, Refusal } from './filter.ts';

/** What a Pod requests must be free on the node, and the node's number of Pods must not be reached. */
export const nodeResourcesFit: Filter = {
  retriedOn: ['pod-left-node', 'node-resources-changed'],
  prepare: ({ requests }) => (node) => {
    const { allocatable, requested } = node;
    const fits = node.podCount < node.allowedPods
      && (requests.cpuMillis === 0 || requests.cpuMillis <= allocatable.cpuMillis - requested.cpuMillis)
      && (requests.memoryBytes === 0 || requests.memoryBytes <= allocatable.memoryBytes - requested.memoryBytes)
      && (requests.ephemeralBytes === 0 || requests.ephemeralBytes <= allocatable.ephemeralBytes - requested.ephemeralBytes)
      && (requests.others.size === 0 || missingOthers(requests, node).length === 0);
    return fits ? undefined : explain(requests, node);
  },
};

function explain(requests: Resources, node: NodeInfo): Refusal | undefined {
  const { allocatable, requested } = node;
  const isShort = (name: 'cpuMillis' | 'memoryBytes' | 'ephemeralBytes'): boolean => requests[name] > 0 && requests[name] > allocatable[name] - requested[name];
  const [first, ...others] = [
    ...(node.podCount >= node.allowedPods ? ['Too many pods'] : []),
    ...(isShort('cpuMillis') ? ['Insufficient cpu'] : []),
    ...(isShort('memoryBytes') ? ['Insufficient memory'] : []),
    ...(isShort('ephemeralBytes') ? ['Insufficient ephemeral-storage'] : []),
    ...missingOthers(requests, node).map((name) => `Insufficient ${name}`),
  ];
  return first === undefined ? undefined : [first, ...others];
}

function missingOthers(requests: Resources, { allocatable, requested }: NodeInfo): readonly string[] {
  return [...requests.others].filter(([name, amount]) => amount > (allocatable.others.get(name) ?? 0) - (requested.others.get(name) ?? 0)).map(([name]) => name);
}
