import type { Host } from '../host/host.ts';

/** By this label on `lo` an address is known as ours. */
const label = 'lo:gantry';

/** Makes an address one of this node's own. It answers from then on, to Pods and to programs of the node. Idempotent. */
export async function addNodeAddress(host: Host, address: string): Promise<void> {
  await host.run('ip', ['address', 'replace', `${address}/32`, 'dev', 'lo', 'scope', 'host', 'label', label]);
}

/** Takes away every address that `addNodeAddress` gave this node. Idempotent. */
export async function removeNodeAddresses(host: Host): Promise<void> {
  const links = JSON.parse((await host.run('ip', ['-j', '-4', 'address', 'show', 'dev', 'lo'])) || '[]') as readonly { readonly addr_info?: readonly { readonly local?: string; readonly label?: string }[] }[];
  const own = links.flatMap((link) => link.addr_info ?? []).filter((info) => info.label === label);
  for (const { local } of own) await host.run('ip', ['address', 'del', `${local}/32`, 'dev', 'lo']);
}
