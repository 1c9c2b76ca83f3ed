import { isRangeWithin } from '../../src/kinds/network-policy/range.ts';
import type { Span } from './layout.ts';

/** An IPv4 range with its first address as nft wants it; undefined for ranges of IPv6, in which no Pod and none of its peers is. */
export function toIPv4Range(cidr: string): string | undefined {
  const [address = '', length = ''] = cidr.split('/');
  const parts = address.split('.').map(Number);
  if (parts.length !== 4) return undefined;
  const size = 2 ** (32 - Number(length));
  const number = parts.reduce((sum, part) => sum * 256 + part, 0);
  const first = number - (number % size);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${Number(length)}`;
}

/** The same addresses without ranges that lie inside others: a set of the kernel takes no overlaps. */
export function withoutOverlaps(ranges: readonly string[]): readonly string[] {
  return [...new Set(ranges)].filter((one) => !ranges.some((other) => isRangeWithin(one, other))).sort();
}

/** The same ports as spans that neither overlap nor touch, in order. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: [number, number][] = [];
  for (const [first, last] of spans.toSorted(([a], [b]) => a - b)) {
    const open = merged.at(-1);
    if (open && first <= open[1] + 1) open[1] = Math.max(open[1], last);
    else merged.push([first, last]);
  }
  return merged;
}
