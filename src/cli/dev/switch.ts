import { readdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type { DevLayout, DevNode } from './plan-dev-nodes.ts';
import { ip, runProgram, tryIp } from './run-program.ts';

const bridge = 'switch';

/** Sees to the namespace with the bridge, and to the link from it to this machine. */
export async function ensureSwitch({ switchNamespace, hostLink, hostAddress }: DevLayout): Promise<void> {
  await ensureNamespace(switchNamespace);
  if (!(await tryIp(`-n ${switchNamespace} link show ${bridge}`))) await ip(`-n ${switchNamespace} link add ${bridge} type bridge`);
  await ip(`-n ${switchNamespace} link set ${bridge} up`);
  if (!(await tryIp(`link show ${hostLink}`))) await ip(`link add ${hostLink} type veth peer name uplink netns ${switchNamespace}`);
  await ip(`-n ${switchNamespace} link set uplink master ${bridge} up`);
  await ip(`addr replace ${hostAddress}/24 dev ${hostLink}`);
  await ip(`link set ${hostLink} up`);
}

/** Sees to a node's namespace and its link to the bridge. This machine's other addresses are made to look as if they were on that link, as its own node may have one of them. */
export async function ensureNodeLink({ switchNamespace, hostLink, hostAddress }: DevLayout, { namespace, address, port }: DevNode): Promise<void> {
  await ensureNamespace(namespace);
  if (!(await tryIp(`-n ${namespace} link show eth0`))) await ip(`link add eth0 netns ${namespace} type veth peer name ${port} netns ${switchNamespace}`);
  await ip(`-n ${switchNamespace} link set ${port} master ${bridge} up`);
  await ip(`-n ${namespace} addr replace ${address}/24 dev eth0`);
  await ip(`-n ${namespace} link set eth0 up`);
  await ip(`-n ${namespace} route replace default via ${hostAddress}`);
  for (const other of machineAddresses(hostLink)) await ip(`-n ${namespace} route replace ${other}/32 dev eth0`);
  // Before the engine starts: it drops what is forwarded where it turns forwarding on itself.
  await runProgram('nsenter', `--net=/run/netns/${namespace}`, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
}

/** Removes all namespaces of a set, and with them every link. */
export async function removeNamespaces(layout: DevLayout): Promise<void> {
  const found = await namespaces();
  const own = new RegExp(`^gantry-${layout.name}-(switch|\\d+)$`);
  await tryIp(`link del ${layout.hostLink}`);
  for (const namespace of found.filter((name) => own.test(name))) await ip(`netns del ${namespace}`);
}

async function ensureNamespace(name: string): Promise<void> {
  if (!(await namespaces()).includes(name)) await ip(`netns add ${name}`);
  await ip(`-n ${name} link set lo up`);
}

function namespaces(): Promise<readonly string[]> {
  return readdir('/run/netns').catch((): string[] => []);
}

function machineAddresses(hostLink: string): readonly string[] {
  return Object.entries(networkInterfaces()).filter(([name]) => name !== hostLink && !/^(docker|br-|veth|gantry)/.test(name))
    .flatMap(([, addresses]) => addresses ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}
