import { kindOfValue } from './read.ts';
import type { Read } from './read.ts';

/** A whole number of 32 bits, or text. */
export const readIntOrString: Read<number | string> = (value) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31) return value;
  throw new TypeError(`a whole number or text is wanted, found ${typeof value === 'number' ? 'another number' : kindOfValue(value)}`);
};
