function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function parse(cidr: string): { readonly start: number; readonly size: number } {
  const [address = '0.0.0.0', bits = '32'] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  return { start: Math.floor(toNumber(address) / size) * size, size };
}

/** Whether every IPv4 address of `inner` is in `outer`. */
export function contains(outer: string, inner: string): boolean {
  const one = parse(outer);
  const other = parse(inner);
  return other.start >= one.start && other.start + other.size <= one.start + one.size;
}

/** The first address that can be used in an IPv4 range: `10.244.1.1` of `10.244.1.0/24`. */
export function firstAddress(cidr: string): string {
  const address = parse(cidr).start + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
