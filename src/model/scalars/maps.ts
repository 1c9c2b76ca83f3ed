import { kindOfValue } from './read.ts';
import type { Read } from './read.ts';

/** A reader of maps whose keys stay untouched and whose values go through `readValue`. */
export function readMap<T>(readValue: Read<T>): Read<Readonly<Record<string, T>>> {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`a map is wanted, found ${kindOfValue(value)}`);
    const map: Record<string, T> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') throw new TypeError('"__proto__" cannot be a key');
      try {
        map[key] = readValue(item);
      } catch (error) {
        throw new TypeError(`key ${JSON.stringify(key)}: ${error instanceof Error ? error.message : 'is not valid'}`);
      }
    }
    return map;
  };
}

/** Text. */
export const readText: Read<string> = (value) => {
  if (typeof value !== 'string') throw new TypeError(`text is wanted, found ${kindOfValue(value)}`);
  return value;
};

/** What a reader reads, or null. */
export function orNull<T>(read: Read<T>): Read<T | null> {
  return (value) => (value === null ? null : read(value));
}
