import { kindOfValue } from './read.ts';
import type { Read } from './read.ts';

/** Decimal digits as text, up to the largest safe integer; whole numbers become text. */
export const readRevision: Read<string> = (value) => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw new TypeError(`a revision is decimal digits, found ${kindOfValue(value)}`);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) throw new TypeError('a revision is decimal digits, as the API returned it');
  return text;
};
