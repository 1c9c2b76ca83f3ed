import { bestScore } from './score.ts';
import type { Score } from './score.ts';

/** Adds one score's part to the sums of nodes; `rawOf` gives a node's raw number. Plain loops: this runs for every suitable node of every Pod. */
export function addScores(sums: Float64Array, { weight, normalize }: Pick<Score, 'weight' | 'normalize'>, rawOf: (index: number) => number): void {
  if (normalize === 'none') {
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * rawOf(i);
    return;
  }
  const raw = new Float64Array(sums.length);
  let largest = 0;
  for (let i = 0; i < raw.length; i++) {
    raw[i] = rawOf(i);
    if (raw[i]! > largest) largest = raw[i]!;
  }
  for (let i = 0; i < raw.length; i++) {
    const scaled = largest === 0 ? 0 : (raw[i]! * bestScore) / largest;
    sums[i]! += weight * (normalize === 'least-is-best' ? bestScore - scaled : scaled);
  }
}
