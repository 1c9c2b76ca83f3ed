import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until something is found; rejects, saying what was waited for, after `withinMs`. What a look throws counts as nothing found. */
export async function eventually<T>(what: string, withinMs: number, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + withinMs;
  let reason: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      reason = error;
    }
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause: reason });
    await pause(50);
  }
}
