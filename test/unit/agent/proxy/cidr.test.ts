import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInRange, isUsableAddress, mergeRanges } from '../../../../agent/proxy/cidr.ts';

test.each([
  ['10.244.1.2', '10.244.1.0/24', true], ['10.244.2.2', '10.244.1.0/24', false], ['10.96.255.255', '10.96.0.0/16', true],
  ['255.255.255.255', '0.0.0.0/0', true], ['10.0.0.1', '10.0.0.1', true], ['fd00::1', '10.0.0.0/8', false], ['hello', '10.0.0.0/8', false],
])('%s in %s: %s', (address, range, expected) => expect(isInRange(address, range)).toBe(expected));

test.each([['10.244.1.2', true], ['192.0.2.1', true], ['127.0.0.1', false], ['169.254.169.254', false], ['0.0.0.0', false], ['224.0.0.1', false], ['255.255.255.255', false], ['None', false], ['::1', false]])(
  'packets may be sent to %s: %s', (address, expected) => expect(isUsableAddress(address)).toBe(expected));

test('merged ranges hold the same addresses, and none twice', () => {
  const range = fc.tuple(fc.constantFrom('10.0.0.0', '10.1.0.0', '10.1.2.3', '192.0.2.9', '0.0.0.0'), fc.constantFrom(0, 1, 8, 15, 16, 24, 31, 32)).map(([address, bits]) => `${address}/${bits}`);
  const address = fc.tuple(fc.constantFrom('10.0', '10.1', '192.0', '77.1'), fc.nat(3), fc.nat(9)).map(([start, third, last]) => `${start}.${third}.${last}`);
  fc.assert(fc.property(fc.array(range, { maxLength: 6 }), address, (ranges, one) => {
    const merged = mergeRanges(ranges);
    expect(merged.filter((each) => isInRange(one, each)).length).toBe(ranges.some((each) => isInRange(one, each)) ? 1 : 0);
  }));
  expect(mergeRanges(['10.1.2.3/8', '10.9.0.0/16', '192.0.2.7/32', 'fd00::/8'])).toEqual(['10.0.0.0/8', '192.0.2.7']);
});
