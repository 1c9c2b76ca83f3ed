/** The same fields without those that are undefined: an absent field is left out of what is stored, never written as undefined. The same object where none is. */
export function withoutUndefined<T extends object>(object: T): T {
  const fields = object as Readonly<Record<string, unknown>>;
  for (const key in fields) if (fields[key] === undefined) return present(fields) as T;
  return object;
}

function present(fields: Readonly<Record<string, unknown>>): object {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value === undefined) continue;
    if (key === '__proto__') Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    else result[key] = value;
  }
  return result;
}
