/** Removes every null-valued property of a freshly parsed JSON value, in place, all the way down. The API answers null for absent fields; objects here leave them out. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(withoutNulls);
  else if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record)) {
      if (record[key] === null) delete record[key];
      else if (typeof record[key] === 'object') withoutNulls(record[key]);
    }
  }
  return value;
}
