import { randomBytes, randomUUID } from 'node:crypto';

/** Chance, passed in wherever it matters; the real one is made in `main/` only. */
export interface Random {
  /** This many random bytes. */
  bytes(count: number): Uint8Array;
  /** A new UUID. */
  uuid(): string;
}

/** The machine's randomness. */
export const systemRandom: Random = { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };

/** A random number from 0 up to but not including 1. */
export function fraction(random: Random): number {
  return random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) / 2 ** 32;
}
