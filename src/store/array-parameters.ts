/** Arrays in PostgreSQL's binary format, as `pg` passes on any Buffer. Writing text for PostgreSQL to parse costs both sides several times as much. */

/** `text[]`; none of them holds U+0000. */
export function textArray(values: readonly (string | null)[]): Buffer {
  let bytes = 0;
  for (const value of values) if (value !== null) bytes += Buffer.byteLength(value);
  return array(textOid, values, bytes, (buffer, value, at) => buffer.write(value, at));
}

/** `integer[]`. */
export function integerArray(values: readonly (number | null)[]): Buffer {
  return array(integerOid, values, 4 * values.length, (buffer, value, at) => buffer.writeInt32BE(value, at) - at);
}

/** `bigint[]` of safe integers. */
export function bigintArray(values: readonly (number | null)[]): Buffer {
  return array(bigintOid, values, 8 * values.length, (buffer, value, at) => buffer.writeUInt32BE(value >>> 0, buffer.writeInt32BE(Math.floor(value / 2 ** 32), at)) - at);
}

/** `boolean[]`. */
export function booleanArray(values: readonly boolean[]): Buffer {
  return array(booleanOid, values, values.length, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at) - at);
}

/** `"char"[]`: one ASCII character each. */
export function charArray(values: readonly string[]): Buffer {
  return array(charOid, values, values.length, (buffer, value, at) => buffer.write(value, at, 'latin1'));
}

const booleanOid = 16, charOid = 18, bigintOid = 20, integerOid = 23, textOid = 25;
const headBytes = 20, lengthBytes = 4;

/** Dimensions, whether some are null, the type, then length and value of each. An empty array has no dimension. */
function array<T>(type: number, values: readonly (T | null)[], bytes: number, write: (buffer: Buffer, value: T, at: number) => number): Buffer {
  const buffer = Buffer.allocUnsafe(headBytes + lengthBytes * values.length + bytes);
  let hasNulls = 0, at = headBytes;
  for (const value of values) {
    const start = at + lengthBytes;
    const length = value === null ? -1 : write(buffer, value, start);
    buffer.writeInt32BE(length, at);
    if (length < 0) hasNulls = 1;
    at = start + Math.max(length, 0);
  }
  const isEmpty = values.length === 0;
  for (const [index, each] of [isEmpty ? 0 : 1, hasNulls, type, values.length, 1].entries()) buffer.writeInt32BE(each, 4 * index);
  return buffer.subarray(0, isEmpty ? headBytes - 8 : at);
}
