import { isIPv4 } from 'node:net';

/** An IPv4 address as a number. */
function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether an IPv4 address lies in a range such as `10.244.0.0/16`. False for anything that is no IPv4 address. */
export function isInRange(address: string, cidr: string): boolean {
  const [base = '', bits = '32'] = cidr.split('/');
  if (!isIPv4(address) || !isIPv4(base)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(base) / size);
}

/** Ranges that no endpoint or external address may lie in: they mean the node itself, or many. */
const reserved = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];

/** Whether packets may be sent to an address on behalf of who wrote it into an object. */
export function isUsableAddress(address: string): boolean {
  return isIPv4(address) && !reserved.some((range) => isInRange(address, range));
}
