import type { Host } from '../host/host.ts';

/** By this label on `lo` an address is known as a load balancer's. */
const label = 'lo:gantry-lb';
const lentSeconds = 40;

/** The load balancers' addresses that this node has. */
export async function readBalancedAddresses(host: Host): Promise<readonly string[]> {
  const links = JSON.parse((await host.run('ip', ['-j', '-4', 'address', 'show', 'dev', 'lo'])) || '[]') as readonly { readonly addr_info?: readonly { readonly local?: string; readonly label?: string }[] }[];
  return links.flatMap((link) => link.addr_info ?? []).flatMap((info) => (info.label === label && info.local !== undefined ? [info.local] : []));
}

/** Makes an address this node's for 40 s from now. */
export async function lendAddress(host: Host, address: string): Promise<void> {
  const seconds = String(lentSeconds);
  await host.run('ip', ['address', 'replace', `${address}/32`, 'dev', 'lo', 'scope', 'host', 'label', label, 'valid_lft', seconds, 'preferred_lft', seconds]);
}

/** Takes an address away. One that has just lapsed is as good. */
export async function takeAddress(host: Host, address: string): Promise<void> {
  await host.run('ip', ['address', 'del', `${address}/32`, 'dev', 'lo']).catch((error: unknown) => {
    if (!/Cannot assign requested address/.test(String(error))) throw error;
  });
}

/** Takes all of them away. Idempotent. */
export async function removeBalancedAddresses(host: Host): Promise<void> {
  for (const address of await readBalancedAddresses(host)) await takeAddress(host, address);
}
