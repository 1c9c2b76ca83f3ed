import type { Refusals } from './schedule.ts';

/** Why a Pod fits nowhere: `0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint {key: value}.` The most frequent reason comes first. */
export function explainRefusals({ nodeCount, byReason }: Refusals): string {
  if (nodeCount === 0) return '0/0 nodes are available: no node has joined the cluster yet.';
  const reasons = [...byReason].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([reason, nodes]) => `${nodes} ${reason}`);
  return `0/${nodeCount} nodes are available: ${reasons.join(', ')}.`;
}
