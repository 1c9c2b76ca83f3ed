import type { Pod } from '../../model/object.ts';
import { isPodActive, isPodReady, podReadySinceMs } from '../../kinds/pod/pod-state.ts';

/** The annotation by which people say which Pods to keep: lower goes first, 0 where absent. */
export const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

const phaseRank: Readonly<Record<Pod['status']['phase'], number>> = { Pending: 0, Unknown: 1, Running: 2, Succeeded: 2, Failed: 2 };

interface Candidate {
  readonly pod: Pod;
  /** Compared from left to right; the smaller goes first. */
  readonly ranks: readonly number[];
}

/**
 * The Pods to delete, in the order of Kubernetes' scale-down: unassigned, Pending < Unknown < Running, not ready, lower deletion cost, more Pods of the same
 * work (`related`) on the node, ready for a shorter time and newer (both in buckets of powers of two), more restarts.
 */
export function chooseVictims(pods: readonly Pod[], related: readonly Pod[], count: number, nowMs: number): readonly Pod[] {
  const neighbours = new Map<string, number>();
  for (const pod of related) {
    if (pod.spec.nodeName !== undefined && isPodActive(pod)) neighbours.set(pod.spec.nodeName, (neighbours.get(pod.spec.nodeName) ?? 0) + 1);
  }
  return pods
    .map((pod): Candidate => ({ pod, ranks: ranksOf(pod, neighbours.get(pod.spec.nodeName ?? '') ?? 0, nowMs) }))
    .toSorted(compareCandidates)
    .slice(0, count)
    .map((candidate) => candidate.pod);
}

function ranksOf(pod: Pod, neighbours: number, nowMs: number): readonly number[] {
  const readySince = podReadySinceMs(pod);
  return [
    pod.spec.nodeName === undefined ? 0 : 1,
    phaseRank[pod.status.phase],
    isPodReady(pod) ? 1 : 0,
    deletionCost(pod),
    -neighbours,
    readySince === undefined ? 0 : ageBucket(readySince, nowMs),
    -mostRestarts(pod),
    ageBucket(Date.parse(pod.metadata.creationTimestamp), nowMs),
  ];
}

function compareCandidates(one: Candidate, other: Candidate): number {
  for (const [index, rank] of one.ranks.entries()) {
    const difference = rank - (other.ranks[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.pod.metadata.uid < other.pod.metadata.uid ? -1 : 1;
}

/** The power of two of an age in nanoseconds; -1 for no age at all. Equal buckets are told apart by uid, which spreads victims over zones and times. */
function ageBucket(sinceMs: number, nowMs: number): number {
  const ageMs = nowMs - sinceMs;
  return ageMs <= 0 ? -1 : Math.floor(Math.log2(ageMs * 1e6));
}

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations[deletionCostAnnotation];
  return text !== undefined && /^-?[0-9]{1,10}$/.test(text) ? Number(text) : 0;
}

function mostRestarts(pod: Pod): number {
  return Math.max(0, ...pod.status.containerStatuses.map((status) => status.restartCount));
}
