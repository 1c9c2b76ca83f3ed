import type { Host } from '../host/host.ts';
import type { NodeFacts } from './ruleset.ts';

/** Marks in the table that `route_localnet` was off before us. */
export const localnetMarker = 'localnet_was_off';

const localnet = '/proc/sys/net/ipv4/conf/all/route_localnet';

/** Whether packets from 127.0.0.1 may leave the loopback device. */
export async function isLocalnetRouted(host: Host): Promise<boolean> {
  return (await host.run('cat', [localnet])).trim() === '1';
}

/** Kernel settings that the rules need. Load the rules first: they keep strangers from the loopback addresses that this opens. */
export async function applyKernelSettings(host: Host): Promise<void> {
  await writeSetting(host, '/proc/sys/net/ipv4/ip_forward', '1');
  await writeSetting(host, localnet, '1');
  await passBridgedPackets(host);
}

/** Pods on one bridge reach each other through a Service, and are kept apart by policies, only where bridged packets pass the rules. */
export async function passBridgedPackets(host: Host): Promise<void> {
  const bridge = '/proc/sys/net/bridge/bridge-nf-call-iptables';
  await host.run('sh', ['-c', `[ -e ${bridge} ] || modprobe br_netfilter; [ "$(cat ${bridge})" = 1 ] || echo 1 > ${bridge}`]);
}

/** Puts `route_localnet` back to off. */
export async function closeLocalnet(host: Host): Promise<void> {
  await writeSetting(host, localnet, '0');
}

function writeSetting(host: Host, path: string, value: string): Promise<string> {
  return host.run('sh', ['-c', `[ "$(cat ${path})" = ${value} ] || echo ${value} > ${path}`]);
}

/** The chain for the user's own rules where Docker rules the FORWARD hook, else that hook's chain. */
async function forwardChain(host: Host): Promise<string> {
  return host.run('iptables', ['-w', '-n', '-L', 'DOCKER-USER']).then(() => 'DOCKER-USER', () => 'FORWARD');
}

/** Rules that let Pods' packets through where another table would drop them. */
function forwardRules(facts: Pick<NodeFacts, 'clusterCIDR'>): readonly (readonly string[])[] {
  const comment = ['-m', 'comment', '--comment', 'gantry'];
  return [['-s', facts.clusterCIDR, ...comment, '-j', 'ACCEPT'], ['-d', facts.clusterCIDR, ...comment, '-j', 'ACCEPT']];
}

/** Sees to it that a FORWARD policy of DROP, as Docker sets it, does not hold for Pods. Idempotent. */
export async function acceptForwarded(host: Host, facts: NodeFacts): Promise<void> {
  const chain = await forwardChain(host);
  for (const rule of forwardRules(facts)) {
    await host.run('iptables', ['-w', '-C', chain, ...rule]).catch(() => host.run('iptables', ['-w', '-I', chain, ...rule]));
  }
}

/** Takes back what `acceptForwarded` did, for any range. */
export async function stopAcceptingForwarded(host: Host): Promise<void> {
  for (const chain of ['DOCKER-USER', 'FORWARD']) {
    const listed = await host.run('iptables', ['-w', '-S', chain]).catch(() => '');
    for (const line of listed.split('\n').filter((text) => text.startsWith('-A') && /--comment "?gantry"?( |$)/.test(text))) {
      await host.run('iptables', ['-w', '-D', ...line.replaceAll('"', '').split(' ').slice(1)]);
    }
  }
}

interface Port {
  readonly ifname: string;
  readonly linkinfo?: { readonly info_slave_data?: { readonly hairpin?: boolean } };
}

/** Lets every Pod's link send a packet back where it came from, so that a Pod reaches itself through a Service. */
export async function allowHairpin(host: Host, facts: NodeFacts): Promise<void> {
  const own = JSON.parse((await host.run('ip', ['-j', 'route', 'show', 'proto', 'kernel', facts.podCIDR])) || '[]') as readonly { dev?: string }[];
  const bridge = own.find((route) => route.dev)?.dev;
  if (bridge === undefined) return;
  const ports = JSON.parse((await host.run('ip', ['-d', '-j', 'link', 'show', 'master', bridge])) || '[]') as readonly Port[];
  for (const port of ports.filter((p) => p.linkinfo?.info_slave_data?.hairpin === false)) {
    // A Pod may end at any time and take its link along.
    await host.run('ip', ['link', 'set', port.ifname, 'type', 'bridge_slave', 'hairpin', 'on']).catch(() => undefined);
  }
}
