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
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? copyItems(value, keepNull) : copyFields(value as Readonly<Record<string, unknown>>, keepNull);
}

function copyItems(items: readonly unknown[], keepNull: boolean): readonly unknown[] {
  const copied = items.map((item) => copy(item, keepNull));
  return copied.every((item, index) => item === items[index]) ? items : copied;
}

function copyFields(fields: Readonly<Record<string, unknown>>, keepNull: boolean): Readonly<Record<string, unknown>> {
  const keys = Object.keys(fields);
  let plain: Record<string, unknown> | undefined = Object.getPrototypeOf(fields) === Object.prototype ? undefined : {};
  for (const [at, key] of keys.entries()) {
    const item = fields[key], isLeftOut = item === undefined || (item === null && !keepNull);
    const copied = isLeftOut ? undefined : copy(item, keepNull);
    if (!plain && !isLeftOut && copied === item && key !== '__proto__') continue;
    plain ??= Object.fromEntries(keys.slice(0, at).map((before) => [before, fields[before]]));
    if (!isLeftOut) plain[key] = copied;
  }
  return plain ?? fields;
}
