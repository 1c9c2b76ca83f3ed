/** The same fields without those that are undefined: an absent field is left out of what is stored, never written as undefined. */
export function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
