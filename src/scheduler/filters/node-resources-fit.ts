import type { NodeInfo } from '../node-info.ts';
import type { Resources } from '../resources.ts';
import type { Filter, Refusal } from './filter.ts';

/** What a Pod requests must be free on the node, and the node's number of Pods must not be reached. */
export const nodeResourcesFit: Filter = {
  scope: 'node',
  retriedOn: ['pod-left-node', 'node-resources-changed'],
  prepare: ({ requests }) => ({
    accepts: (node) => {
      const { allocatable, requested } = node;
      return node.podCount < node.allowedPods
        && (requests.cpuMillis === 0 || requests.cpuMillis <= allocatable.cpuMillis - requested.cpuMillis)
        && (requests.memoryBytes === 0 || requests.memoryBytes <= allocatable.memoryBytes - requested.memoryBytes)
        && (requests.ephemeralBytes === 0 || requests.ephemeralBytes <= allocatable.ephemeralBytes - requested.ephemeralBytes)
        && (requests.others.size === 0 || missingOthers(requests, node).length === 0);
    },
    explain: (node) => explain(requests, node),
  }),
};

const resources = [['cpuMillis', 'cpu'], ['memoryBytes', 'memory'], ['ephemeralBytes', 'ephemeral-storage']] as const;

function explain(requests: Resources, node: NodeInfo): Refusal {
  const { allocatable, requested } = node;
  const missing = [
    ...resources.filter(([field]) => requests[field] > 0 && requests[field] > allocatable[field] - requested[field]).map(([, name]) => name),
    ...missingOthers(requests, node),
  ].map((name) => `Insufficient ${name}`);
  const [first, ...others] = missing;
  if (first === undefined) return ['Too many pods'];
  return node.podCount >= node.allowedPods ? ['Too many pods', ...missing] : [first, ...others];
}

function missingOthers(requests: Resources, { allocatable, requested }: NodeInfo): readonly string[] {
  return [...requests.others].filter(([name, amount]) => amount > (allocatable.others.get(name) ?? 0) - (requested.others.get(name) ?? 0)).map(([name]) => name);
}
