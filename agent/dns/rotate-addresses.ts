import type { DnsRecord } from './record.ts';

/** Puts addresses that stand together in turning order: most clients use the first one, and so spread. Aliases stay in front of them. */
export function rotateAddresses(records: readonly DnsRecord[], turn: number): readonly DnsRecord[] {
  const first = records.findIndex(isAddress);
  if (first === -1) return records;
  const rest = records.slice(first).findIndex((record) => !isAddress(record));
  const end = rest === -1 ? records.length : first + rest;
  const addresses = records.slice(first, end);
  const by = turn % addresses.length;
  return [...records.slice(0, first), ...addresses.slice(by), ...addresses.slice(0, by), ...records.slice(end)];
}

function isAddress({ type }: DnsRecord): boolean {
  return type === 'A' || type === 'AAAA';
}
