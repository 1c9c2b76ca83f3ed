import { BlockList, isIP } from 'node:net';

/** Whether the smaller of two valid ranges lies in the larger and is not all of it. Ranges of different families never do. */
export function isRangeWithin(smaller: string, larger: string): boolean {
  const [address = '', bits = ''] = smaller.split('/');
  const [base = '', length = ''] = larger.split('/');
  if (isIP(address) !== isIP(base) || Number(bits) <= Number(length)) return false;
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(base, Number(length), family);
  return list.check(address, family);
}
