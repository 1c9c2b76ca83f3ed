import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createHost } from '../../../../agent/host/host.ts';
import type { Host } from '../../../../agent/host/host.ts';

/** What a client saw. */
export interface Answers {
  readonly servers: Readonly<Record<string, number>>;
  readonly sources: readonly string[];
  readonly failures: Readonly<Record<string, number>>;
}

/** Where packets start: the node itself, a Pod `a`, `b`, `c` of it, `far` (a Pod of another node) or `client`, a machine beside the node. */
export type Place = 'node' | 'a' | 'b' | 'c' | 'far' | 'client';

/**
 * A node of its own made of network namespaces: bridge with the Pods 10.244.1.2 (a), .3 (b), .4 (c); address 10.99.0.1 towards a
 * client at 10.99.0.9; a Pod of another node at 10.244.2.2. All but the node serve TCP and UDP on port 8080. Needs root.
 */
export interface Network {
  readonly node: Host;
  ask(from: Place, protocol: 'tcp' | 'udp', address: string, port: number, count?: number, source?: string): Promise<Answers>;
  run(from: Place, program: string, ...args: readonly string[]): Promise<string>;
  /** Starts a program, with pipes to it; whoever starts it ends it. */
  spawn(from: Place, program: string, ...args: readonly string[]): ChildProcess;
  dispose(): Promise<void>;
}

const folder = import.meta.dirname;
const pods = { a: '10.244.1.2', b: '10.244.1.3', c: '10.244.1.4' } as const;

/** Makes the network; `label` keeps several apart. */
export async function createNetwork(label: string): Promise<Network> {
  const nameOf = (place: Place): string => `tgp-${label}-${process.pid}-${place}`;
  const places: readonly Place[] = ['node', 'a', 'b', 'c', 'far', 'client'];
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
  const inside = (place: Place, ...args: readonly string[]): void => ip('-n', nameOf(place), ...args);
  const hostOf = (place: Place): Host => createHost(['nsenter', `--net=/run/netns/${nameOf(place)}`]);
  const servers: ChildProcess[] = [];

  const dispose = async (): Promise<void> => {
    for (const server of servers) if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit');
    for (const place of places) ip('netns', 'del', nameOf(place));
  };

  for (const place of places) {
    ip('netns', 'add', nameOf(place));
    inside(place, 'link', 'set', 'lo', 'up');
  }
  // A new namespace inherits settings of the machine, which may run a proxy of its own.
  await hostOf('node').run('sh', ['-c', 'echo 0 > /proc/sys/net/ipv4/conf/all/route_localnet']);
  inside('node', 'link', 'add', 'br0', 'type', 'bridge');
  inside('node', 'addr', 'add', '10.244.1.1/24', 'dev', 'br0');
  inside('node', 'link', 'set', 'br0', 'up');
  for (const [pod, address] of Object.entries(pods) as [keyof typeof pods, string][]) {
    ip('link', 'add', `pod-${pod}`, 'netns', nameOf('node'), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', nameOf(pod));
    inside('node', 'link', 'set', `pod-${pod}`, 'master', 'br0', 'up');
    inside(pod, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    inside(pod, 'link', 'set', 'eth0', 'up');
    inside(pod, 'route', 'add', 'default', 'via', '10.244.1.1');
  }
  for (const [place, device, here, there] of [['client', 'eth0', '10.99.0.1/24', '10.99.0.9/24'], ['far', 'eth1', '10.98.0.1/32', '10.244.2.2/32']] as const) {
    ip('link', 'add', device, 'netns', nameOf('node'), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', nameOf(place));
    inside('node', 'addr', 'add', here, 'dev', device);
    inside('node', 'link', 'set', device, 'up');
    inside(place, 'addr', 'add', there, 'dev', 'eth0');
    inside(place, 'link', 'set', 'eth0', 'up');
  }
  inside('node', 'route', 'add', 'default', 'via', '10.99.0.9');
  inside('node', 'route', 'add', '10.244.2.0/24', 'dev', 'eth1');
  inside('far', 'route', 'add', '10.98.0.1', 'dev', 'eth0');
  inside('far', 'route', 'add', 'default', 'via', '10.98.0.1');
  for (const range of ['10.96.0.0/16', '10.100.0.0/16']) inside('client', 'route', 'add', range, 'via', '10.99.0.1');

  for (const place of ['a', 'b', 'c', 'far', 'client'] as const) {
    const server = spawn('nsenter', [`--net=/run/netns/${nameOf(place)}`, process.execPath, path.join(folder, 'endpoint.mjs'), place], { stdio: ['ignore', 'pipe', 'inherit'] });
    servers.push(server);
    await once(server.stdout, 'data');
  }

  return {
    node: hostOf('node'),
    async ask(from, protocol, address, port, count = 1, source) {
      const args = [path.join(folder, 'client.mjs'), protocol, address, String(port), String(count), ...(source ? [source] : [])];
      return JSON.parse(await hostOf(from).run(process.execPath, args)) as Answers;
    },
    run: (from, program, ...args) => hostOf(from).run(program, args),
    spawn: (from, program, ...args) => spawn('nsenter', [`--net=/run/netns/${nameOf(from)}`, program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] }),
    dispose,
  };
}
