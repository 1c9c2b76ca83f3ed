import { bestScore } from './score.ts';
import type { Score } from './score.ts';

/** Adds one score's part to the sums of nodes; `rawOf` gives a node's raw number. Plain loops: this runs for every suitable node of every Pod. */
export function addScores(sums: Float64Array, { weight, normalize }: Pick<Score, 'weight' | 'normalize'>, rawOf: (index: number) => number): void {
  if (normalize === 'none') {
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * rawOf(i);
    return;
  }
  const raw = new Float64Array(sums.length);
  let largest = -Infinity, least = Infinity;
  for (let i = 0; i < raw.length; i++) {
    const value = raw[i] = rawOf(i);
    if (value > largest) largest = value;
    if (value < least) least = value;
  }
  const scale = scales[normalize](least, largest);
  for (let i = 0; i < raw.length; i++) if (!Number.isNaN(raw[i]!)) sums[i]! += weight * scale(raw[i]!);
}

/** A raw number between the least and the largest as a part of 100. */
const scales: { readonly [N in Exclude<Score['normalize'], 'none'>]: (least: number, largest: number) => (raw: number) => number } = {
  'most-is-best': (_, largest) => (largest === 0 ? () => 0 : (raw) => (raw * bestScore) / largest),
  'least-is-best': (_, largest) => (largest === 0 ? () => bestScore : (raw) => bestScore - (raw * bestScore) / largest),
  'even': (least, largest) => (largest === 0 ? () => bestScore : (raw) => ((largest + least - raw) * bestScore) / largest),
  'range': (least, largest) => (largest === least ? () => 0 : (raw) => ((raw - least) * bestScore) / (largest - least)),
};
