/** An input as code wants it: a plain object without null, as absent and null mean the same. */
export function withoutNull<T>(value: T): T {
  return copy(value, false) as T;
}

/** A patch as a plain object; null stays, as it removes. */
export function withNull<T>(value: T): T {
  return copy(value, true) as T;
}

function copy(value: unknown, keepNull: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => copy(item, keepNull));
  if (typeof value !== 'object' || value === null) return value;
  const plain: Record<string, unknown> = {};
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    const item = fields[key];
    if (item !== undefined && (keepNull || item !== null)) plain[key] = copy(item, keepNull);
  }
  return plain;
}
