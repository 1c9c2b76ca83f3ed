/** A bound that the bytes of a plain value as JSON never exceed; found in a fraction of the time that writing the text takes. Far above it where the value holds much text. */
export function jsonBytesAtMost(value: unknown): number {
  if (typeof value === 'string') return textAtMost(value);
  if (typeof value !== 'object' || value === null) return scalarAtMost;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) bytes += jsonBytesAtMost(value[i]) + 1;
    return bytes;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) bytes += textAtMost(key) + 2 + jsonBytesAtMost(fields[key]);
  return bytes;
}

/** The longest number, such as -1.7976931348623157e+308, has 24 characters; true, false and null have fewer. */
const scalarAtMost = 25;

/** A character is written as 6 bytes at most, such as \\u001f. */
function textAtMost(text: string): number {
  return text.length * 6 + 2;
}
