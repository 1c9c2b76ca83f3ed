/** Which address of the service range is the DNS's. The server makes Service `kube-system/kube-dns` with it. */
const position = 10;

/** The DNS address of a cluster whose Services have addresses of this range (`10.96.0.0/16`: `10.96.0.10`); undefined where the range is too small for it. */
export function clusterDnsAddress(serviceCIDR: string): string | undefined {
  const [base = '', bits = '32'] = serviceCIDR.split('/');
  const size = 2 ** (32 - Number(bits));
  if (position >= size - 1) return undefined;
  const number = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + position;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
