import { kindOfValue } from './read.ts';
import type { Read } from './read.ts';

/** A quantity as text; numbers become text. What the text means is checked with the whole object. */
export const readQuantity: Read<string> = (value) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new TypeError(`a quantity such as "250m" or "64Mi" is wanted, found ${kindOfValue(value)}`);
};
