/** Offsets into a range of things to hand out, split so that explicit choices rarely meet automatic ones: automatic ones come from `dynamic` first. */
export interface Bands {
  /** From 0 up to and without this: kept for explicit choices. */
  readonly staticEnd: number;
  /** How many there are in all. */
  readonly size: number;
}

/** Bands of `size` virtual addresses, the first one being offset 0 and the last address of the range left out: `min(max(16, size / 16), 256)` are kept. */
export function addressBands(rangeSize: number): Bands {
  return bands(rangeSize - 2, Math.min(Math.max(16, Math.floor(rangeSize / 16)), 256));
}

/** Bands of node ports: `min(max(16, size / 32), 128)` are kept, so 30000-30085 of the usual range. */
export function portBands(rangeSize: number): Bands {
  return bands(rangeSize, Math.min(Math.max(16, Math.floor(rangeSize / 32)), 128));
}

/**
 * A free offset: from the upper band, starting at a random place so that requests under way rarely meet, and from the lower one when that is full.
 * Undefined when all are taken. `start` is from 0 up to but not including 1.
 */
export function chooseOffset({ staticEnd, size }: Bands, start: number, isFree: (offset: number) => boolean): number | undefined {
  return firstFree(staticEnd, size, start, isFree) ?? firstFree(0, staticEnd, start, isFree);
}

function bands(size: number, kept: number): Bands {
  return { staticEnd: kept < size ? kept : 0, size: Math.max(0, size) };
}

function firstFree(from: number, to: number, start: number, isFree: (offset: number) => boolean): number | undefined {
  const count = to - from;
  for (let step = 0; step < count; step += 1) {
    const offset = from + (Math.floor(start * count) + step) % count;
    if (isFree(offset)) return offset;
  }
  return undefined;
}
