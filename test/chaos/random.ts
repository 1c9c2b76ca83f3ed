/** Chance that a seed repeats. */
export interface SeededRandom {
  /** From 0 up to but not including 1. */
  fraction(): number;
  /** A whole number from 0 up to but not including `below`. */
  below(below: number): number;
  /** From `least` up to `most`. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): readonly T[];
}

/** Mulberry32: the same numbers for the same seed, on every machine. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction, below,
    between: (least, most) => least + fraction() * (most - least),
    pick: <T>(list: readonly T[]) => list[below(list.length)] as T,
    shuffled: (list) => list.map((value) => ({ value, rank: fraction() })).sort((a, b) => a.rank - b.rank).map(({ value }) => value),
  };
}
