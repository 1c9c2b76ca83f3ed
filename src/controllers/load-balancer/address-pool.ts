import { contains, formatAddress, parseAddress, parseRange } from '../../registry/admission/ipv4.ts';
import type { Range } from '../../registry/admission/ipv4.ts';

/** Addresses to give to Services: all of some ranges. */
export interface AddressPool {
  /** As it was configured: `192.0.2.240/28`. */
  readonly text: string;
  readonly ranges: readonly Range[];
}

/** A pool from ranges with commas between, such as `192.0.2.240/28,198.51.100.7/32`; undefined for anything else. */
export function parsePool(text: string): AddressPool | undefined {
  const ranges = text.split(',').map((part) => parseRange(part.trim()));
  return ranges.every((range) => range !== undefined) ? { text, ranges } : undefined;
}

/** Whether an address is one of the pool's. */
export function hasAddress({ ranges }: AddressPool, address: string): boolean {
  const number = parseAddress(address);
  return number !== undefined && ranges.some(({ first, size }) => number >= first && number < first + size);
}

/** Whether a pool and a range such as `10.96.0.0/16` share addresses. */
export function overlaps({ ranges }: AddressPool, text: string): boolean {
  const other = parseRange(text);
  return other !== undefined && ranges.some((range) => contains(range, other) || contains(other, range));
}

/** The first free address from a place on, around the whole pool; undefined when all are taken. `start` is any whole number from 0. */
export function nextFree({ ranges }: AddressPool, start: number, isTaken: (address: string) => boolean): string | undefined {
  const size = ranges.reduce((sum, range) => sum + range.size, 0);
  for (let step = 0; step < size; step += 1) {
    const address = addressAt(ranges, (start + step) % size);
    if (!isTaken(address)) return address;
  }
  return undefined;
}

function addressAt(ranges: readonly Range[], offset: number): string {
  let left = offset;
  for (const { first, size } of ranges) {
    if (left < size) return formatAddress(first + left);
    left -= size;
  }
  return '';
}
