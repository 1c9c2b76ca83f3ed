/** Reads one value of a scalar. Throws with a reason for people; the reason never repeats the value, which may be secret. */
export type Read<T> = (value: unknown) => T;

/** What a value is, for messages: `a list`, `null`, `a number`. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return { string: 'text', number: 'a number', boolean: 'true or false', object: 'a map' }[typeof value as string] ?? typeof value;
}
