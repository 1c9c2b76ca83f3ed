import { createHash } from 'node:crypto';

/** Twelve characters that stand for a text in names of the kernel's, which are short. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
