type Fields = Readonly<Record<string, unknown>>;

/**
 * A value with a patch merged into it: objects and maps are merged field by field, null removes a field, lists and scalars are replaced.
 * Neither argument is changed, and what the patch leaves alone is shared with the result. The result holds no null.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const merged: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** A value without null and undefined fields, at any depth. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (field === null || field === undefined) continue;
    if (key === '__proto__') Object.defineProperty(result, key, { value: withoutNulls(field), enumerable: true, configurable: true, writable: true });
    else result[key] = withoutNulls(field);
  }
  return result;
}

/** Whether a value is an object with fields: neither null nor a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
