import type { Host } from '../host/host.ts';
import type { NetworkFacts, NetworkMode } from './entry.ts';
import { vxlanDevice } from './entry.ts';
import { tunnelAddress, tunnelHardware } from './plan-entries.ts';

const vni = 176;
/** Linux' own, which Docker's overlay networks leave free. */
const udpPort = 8472;
const headerBytes = 50;

interface Link {
  readonly ifname: string;
  readonly mtu: number;
  readonly address?: string;
  readonly flags: readonly string[];
  readonly linkinfo?: { readonly info_data?: { readonly local?: string } };
}

/** Sees to it that the VXLAN device is there with `vxlan`, and gone with `routes`. Returns whether it is there. */
export async function ensureDevice(host: Host, mode: NetworkMode, facts: NetworkFacts): Promise<boolean> {
  const link = await findLink(host, ['show', 'dev', vxlanDevice]);
  if (mode === 'routes') {
    if (link) await host.run('ip', ['link', 'del', vxlanDevice]);
    return false;
  }
  const hardware = tunnelHardware(facts.podCIDR);
  if (link && (link.address !== hardware || link.linkinfo?.info_data?.local !== facts.nodeIP)) await host.run('ip', ['link', 'del', vxlanDevice]);
  else if (link?.flags.includes('UP')) return true;
  else if (link) return setUp(host, facts);
  const below = await linkOf(host, facts.nodeIP);
  await host.run('ip', [
    'link', 'add', vxlanDevice, 'address', hardware, 'mtu', String(below.mtu - headerBytes),
    'type', 'vxlan', 'id', String(vni), 'local', facts.nodeIP, 'dev', below.ifname, 'dstport', String(udpPort), 'nolearning',
  ]);
  return setUp(host, facts);
}

/** Removes the device, if it is there. */
export async function removeDevice(host: Host): Promise<void> {
  if (await findLink(host, ['show', 'dev', vxlanDevice])) await host.run('ip', ['link', 'del', vxlanDevice]);
}

async function setUp(host: Host, { podCIDR }: NetworkFacts): Promise<true> {
  await host.run('ip', ['addr', 'replace', `${tunnelAddress(podCIDR)}/32`, 'dev', vxlanDevice]);
  await host.run('ip', ['link', 'set', vxlanDevice, 'up']);
  return true;
}

async function findLink(host: Host, args: readonly string[]): Promise<Link | undefined> {
  const text = await host.run('ip', ['-d', '-j', 'link', ...args]).catch(() => '');
  return (JSON.parse(text.trim() || '[]') as readonly Link[])[0];
}

/** The device that has an address of this machine. */
async function linkOf(host: Host, address: string): Promise<Pick<Link, 'ifname' | 'mtu'>> {
  const found = JSON.parse((await host.run('ip', ['-j', 'addr', 'show', 'to', `${address}/32`])).trim() || '[]') as readonly Partial<Link>[];
  const link = found.find(({ ifname }) => ifname !== undefined);
  if (!link?.ifname) throw new Error(`no device of this machine has the address ${address}; name the right one with --node-ip`);
  return { ifname: link.ifname, mtu: link.mtu ?? 1500 };
}
