import { bestScore } from './score.ts';
import type { Score } from './score.ts';

/** Prefers nodes whose processors and memory are used to the same part, so that neither is left over. */
export const balancedAllocation: Score = {
  scope: 'node',
  weight: 1,
  normalize: 'none',
  prepare: ({ requests }) => {
    if (requests.cpuMillis === 0 && requests.memoryBytes === 0) return undefined;
    return ({ allocatable, requested }) => {
      if (allocatable.cpuMillis === 0 || allocatable.memoryBytes === 0) return bestScore;
      const cpu = Math.min(1, (requested.cpuMillis + requests.cpuMillis) / allocatable.cpuMillis);
      const memory = Math.min(1, (requested.memoryBytes + requests.memoryBytes) / allocatable.memoryBytes);
      return (1 - Math.abs(cpu - memory) / 2) * bestScore;
    };
  },
};
