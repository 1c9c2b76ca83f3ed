/** Whether a text is a whole percentage such as `25%`. */
export function isPercent(value: number | string): value is string {
  return typeof value === 'string' && /^[0-9]+%$/.test(value);
}

/** A number as it is, a percentage as that share of `total`, rounded up or down to a whole number. Anything else is 0: validation has refused it before. */
export function scaledValue(value: number | string, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  if (!isPercent(value)) return 0;
  const hundredfold = Number(value.slice(0, -1)) * total;
  return rounding === 'up' ? Math.ceil(hundredfold / 100) : Math.floor(hundredfold / 100);
}
