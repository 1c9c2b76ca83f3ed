import { expect, test } from 'vitest';
import { isInRange, isUsableAddress } from '../../../../agent/proxy/cidr.ts';

test.each([
  ['10.244.1.2', '10.244.1.0/24', true], ['10.244.2.2', '10.244.1.0/24', false], ['10.96.255.255', '10.96.0.0/16', true],
  ['255.255.255.255', '0.0.0.0/0', true], ['10.0.0.1', '10.0.0.1', true], ['fd00::1', '10.0.0.0/8', false], ['hello', '10.0.0.0/8', false],
])('%s in %s: %s', (address, range, expected) => expect(isInRange(address, range)).toBe(expected));

test.each([['10.244.1.2', true], ['192.0.2.1', true], ['127.0.0.1', false], ['169.254.169.254', false], ['0.0.0.0', false], ['224.0.0.1', false], ['255.255.255.255', false], ['None', false], ['::1', false]])(
  'packets may be sent to %s: %s', (address, expected) => expect(isUsableAddress(address)).toBe(expected));
