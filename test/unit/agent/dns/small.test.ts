import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { clusterDnsAddress } from '../../../../agent/dns/cluster-dns-address.ts';
import { readNodeResolvConf } from '../../../../agent/dns/node-resolv-conf.ts';
import type { DnsRecord } from '../../../../agent/dns/record.ts';
import { rotateAddresses } from '../../../../agent/dns/rotate-addresses.ts';
import { chooseUpstreams } from '../../../../agent/dns/upstreams.ts';

test.each([['10.96.0.0/16', '10.96.0.10'], ['10.96.0.0/12', '10.96.0.10'], ['192.168.7.128/25', '192.168.7.138'], ['10.96.0.0/28', '10.96.0.10'], ['10.96.0.0/29', undefined]])('the DNS address of %s is %s', (range, address) => {
  expect(clusterDnsAddress(range)).toBe(address);
});

test('upstreams are the first three resolvers of the node that are not this DNS', () => {
  const text = 'search example.org\nnameserver 10.96.0.10\nnameserver 10.0.0.2\nnameserver fe80::1%eth0\nnameserver nonsense\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n';
  expect(chooseUpstreams(text, ['10.96.0.10']).map(({ address, port }) => `${address} ${port}`)).toEqual(['10.0.0.2 53', 'fe80::1%eth0 53', '10.0.0.3 53']);
  expect(chooseUpstreams('', [])).toEqual([]);
});

test('addresses take turns at being the first one, behind aliases', () => {
  const alias: DnsRecord = { type: 'CNAME', name: 'a', target: 'b', ttlSeconds: 5 };
  const address = (last: number): DnsRecord => ({ type: 'A', name: 'b', address: `10.0.0.${last}`, ttlSeconds: 5 });
  expect(rotateAddresses([alias, address(1), address(2), address(3)], 1)).toEqual([alias, address(2), address(3), address(1)]);
  expect(rotateAddresses([address(1), address(2)], 2)).toEqual([address(1), address(2)]);
  expect(rotateAddresses([alias], 3)).toEqual([alias]);
});

test('where the node asks itself, Pods get those whom it asks', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-dns-'));
  const own = path.join(folder, 'own'), behind = path.join(folder, 'behind');
  expect(await readNodeResolvConf(own, behind)).toBe('');
  writeFileSync(own, 'nameserver 127.0.0.53\n');
  expect(await readNodeResolvConf(own, behind)).toBe('nameserver 127.0.0.53\n');
  writeFileSync(behind, 'nameserver 192.0.2.1\n');
  expect(await readNodeResolvConf(own, behind)).toBe('nameserver 192.0.2.1\n');
  writeFileSync(own, 'nameserver 192.0.2.9\n');
  expect(await readNodeResolvConf(own, behind)).toBe('nameserver 192.0.2.9\n');
  rmSync(folder, { recursive: true });
});
