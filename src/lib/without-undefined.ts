/** The same fields without those that are undefined: an absent field is left out of what is stored, never written as undefined. The same object where none is. */
export function withoutUndefined<T extends object>(object: T): T {
  const fields = object as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields);
  const present = keys.filter((key) => fields[key] !== undefined);
  return present.length === keys.length ? object : (Object.fromEntries(present.map((key) => [key, fields[key]])) as T);
}
