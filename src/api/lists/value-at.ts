import type { StoredObject } from '../../model/object.ts';

/** The value at a path of an object, or undefined where a step or the value is absent or is no plain value. */
export function valueAt(object: StoredObject, path: readonly string[]): string | number | boolean | undefined {
  let value: unknown = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
