import { bestScore } from './score.ts';
import type { Score } from './score.ts';

/** Prefers nodes with the larger part of their processors and memory left. Not rounded, so that the smallest Pods spread over equal nodes too. */
export const leastAllocated: Score = {
  scope: 'node',
  weight: 1,
  normalize: 'none',
  prepare: (pod) => ({ allocatable, countedCpuMillis, countedMemoryBytes }) => {
    let sum = 0, resources = 0;
    if (allocatable.cpuMillis > 0) { sum += free(allocatable.cpuMillis, countedCpuMillis + pod.countedCpuMillis); resources++; }
    if (allocatable.memoryBytes > 0) { sum += free(allocatable.memoryBytes, countedMemoryBytes + pod.countedMemoryBytes); resources++; }
    return resources === 0 ? 0 : sum / resources;
  },
};

function free(capacity: number, requested: number): number {
  return requested > capacity ? 0 : ((capacity - requested) * bestScore) / capacity;
}
