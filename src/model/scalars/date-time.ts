import { formatTime } from '../../lib/clock.ts';
import { kindOfValue } from './read.ts';
import type { Read } from './read.ts';

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** An RFC 3339 time in any zone; becomes UTC with milliseconds. */
export const readDateTime: Read<string> = (value) => {
  if (typeof value !== 'string') throw new TypeError(`a time such as "2030-01-02T03:04:05Z" is wanted, found ${kindOfValue(value)}`);
  const ms = rfc3339.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) throw new TypeError('a time such as "2030-01-02T03:04:05Z" is wanted');
  return formatTime(ms);
};
