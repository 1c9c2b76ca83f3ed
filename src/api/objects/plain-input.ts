/** An input as code wants it: a plain object without null, as absent and null mean the same. */
export function withoutNull<T>(value: T): T {
  return copy(value, false) as T;
}

/** A patch as a plain object; null stays, as it removes. */
export function withNull<T>(value: T): T {
  return copy(value, true) as T;
}

/** The very same value where there is nothing to leave out; inputs are never changed. */
function copy(value: unknown, keepNull: boolean): unknown {
  if (typeof value !== 'object' || value === null || isPlain(value, keepNull)) return value;
  if (Array.isArray(value)) return value.map((item) => copy(item, keepNull));
  const plain: Record<string, unknown> = {};
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    const item = fields[key];
    if (item !== undefined && (keepNull || item !== null)) plain[key] = copy(item, keepNull);
  }
  return plain;
}

/** Whether a value is plain already, all the way down. */
function isPlain(value: object, keepNull: boolean): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object' || item === null || isPlain(item as object, keepNull));
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key in value) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (key === '__proto__' || item === undefined || (item === null && !keepNull) || (typeof item === 'object' && item !== null && !isPlain(item, keepNull))) return false;
  }
  return true;
}
