import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NetworkMode } from '../../../agent/network/entry.ts';
import { removeNetwork } from '../../../agent/network/remove-network.ts';
import { startPodNetwork } from '../../../agent/network/start-pod-network.ts';
import type { KnownNode } from '../../../agent/network/plan-peers.ts';
import { createHost } from '../../../agent/host/host.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { soon } from '../../support/soon.ts';

// Nodes 1 and 2 share a link (10.99.0.0/24); node 3 is behind a router (10.99.3.0/24). Each has one Pod, 10.244.N.2, on a bridge of its own.
const label = `tgn-${process.pid}`;
const ns = (name: string): string => `${label}-${name}`;
const ip = (...args: readonly string[]): string => execFileSync('ip', args, { stdio: 'pipe', encoding: 'utf8' });
const hostOf = (n: number) => createHost(['nsenter', `--net=/run/netns/${ns(`n${n}`)}`]);
const nodeIPs = ['', '10.99.0.1', '10.99.0.2', '10.99.3.3'] as const;
const names = ['router', ...[1, 2, 3].flatMap((n) => [`n${n}`, `p${n}`])];

function makeNode(n: number): void {
  const node = ns(`n${n}`), pod = ns(`p${n}`);
  ip('link', 'add', 'br0', 'netns', node, 'type', 'bridge');
  ip('link', 'add', 'pod', 'netns', node, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pod);
  for (const command of [`addr add 10.244.${n}.1/24 dev br0`, 'link set br0 up', 'link set pod master br0 up', `addr add ${nodeIPs[n]}/24 dev eth0`, 'link set eth0 up']) ip('-n', node, ...command.split(' '));
  for (const command of [`addr add 10.244.${n}.2/24 dev eth0`, 'link set eth0 up', `route add default via 10.244.${n}.1`]) ip('-n', pod, ...command.split(' '));
  execFileSync('nsenter', [`--net=/run/netns/${node}`, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
}

beforeAll(() => {
  for (const name of names) {
    ip('netns', 'add', ns(name));
    ip('-n', ns(name), 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', 'shared', 'netns', ns('router'), 'type', 'bridge');
  for (const n of [1, 2, 3]) ip('link', 'add', `to${n}`, 'netns', ns('router'), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', ns(`n${n}`));
  for (const command of ['addr add 10.99.0.254/24 dev shared', 'link set shared up', 'link set to1 master shared up', 'link set to2 master shared up', 'addr add 10.99.3.254/24 dev to3', 'link set to3 up']) {
    ip('-n', ns('router'), ...command.split(' '));
  }
  execFileSync('nsenter', [`--net=/run/netns/${ns('router')}`, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  for (const n of [1, 2, 3]) makeNode(n);
  for (const n of [1, 2]) ip('-n', ns(`n${n}`), 'route', 'add', '10.99.3.0/24', 'via', '10.99.0.254');
  ip('-n', ns('n3'), 'route', 'add', 'default', 'via', '10.99.3.254');
});
afterAll(() => { for (const name of names) spawnSync('ip', ['netns', 'del', ns(name)]); });

const known = (n: number): KnownNode => ({
  metadata: { uid: `n${n}`, name: `n${n}`, labels: {}, annotations: {}, creationTimestamp: '', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [] },
  spec: { podCIDR: `10.244.${n}.0/24`, unschedulable: false, taints: [] },
  status: { conditions: [], images: [], addresses: [{ type: 'InternalIP', address: nodeIPs[n]! }] },
});

/** Agents of some nodes, and what they know. */
function startNetworks(mode: NetworkMode, members: readonly number[]) {
  let nodes = members.map(known);
  const listeners = new Set<(keys: readonly string[]) => void>();
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => { lines.push((JSON.parse(line) as { msg: string }).msg); } });
  const view = { synced: true, nodes: () => nodes, onChange: (listener: (keys: readonly string[]) => void) => { listeners.add(listener); return () => listeners.delete(listener); } };
  const running = members.map((n) => startPodNetwork({ mode, view, clock: systemClock, logger, host: hostOf(n), nodeName: `n${n}`, nodeIP: nodeIPs[n]!, podCIDR: `10.244.${n}.0/24`, clusterCIDR: '10.244.0.0/16' }));
  return {
    lines,
    know(next: readonly number[]) {
      nodes = next.map(known);
      for (const listener of listeners) listener(['Node//any']);
    },
    async pause() {
      for (const one of running) await one[Symbol.asyncDispose]();
    },
    async stop() {
      await this.pause();
      for (const n of members) await removeNetwork(hostOf(n));
    },
  };
}

const server = `require('net').createServer((s) => s.on('error', () => {}).end(s.remoteAddress)).listen(8080, '0.0.0.0', () => console.log('up'))`;
const client = (address: string) => `const s = require('net').connect(8080, '${address}'); s.on('data', (d) => process.stdout.write(d)); s.on('error', () => process.exit(1)); s.setTimeout(1000, () => process.exit(1))`;

/** The address that the Pod of node `to` sees when the Pod of node `from` connects to it; undefined where it cannot. */
function seenAs(from: number, to: number): Promise<string | undefined> {
  return promisify(execFile)('nsenter', [`--net=/run/netns/${ns(`p${from}`)}`, process.execPath, '-e', client(`10.244.${to}.2`)]).then(({ stdout }) => stdout, () => undefined);
}
const allReached = (pairs: readonly (readonly [number, number])[]) => soon(async () => {
  for (const [from, to] of pairs) expect(await seenAs(from, to)).toBe(`10.244.${from}.2`);
});
const ours = (n: number): string => ip('-n', ns(`n${n}`), 'route', 'show', 'proto', '176').trim();

describe('real packets between Pods of different nodes', () => {
  const servers = [1, 2, 3].map((n) => ({ n }));
  const children: ReturnType<typeof spawn>[] = [];
  beforeAll(async () => {
    for (const { n } of servers) {
      const child = spawn('nsenter', [`--net=/run/netns/${ns(`p${n}`)}`, process.execPath, '-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      await once(child.stdout!, 'data');
    }
  });
  afterAll(async () => { for (const child of children) if (child.kill('SIGKILL')) await once(child, 'exit'); });

  test('routes: addresses stay as they are, follow the Nodes, and come back after the link was down', async () => {
    const networks = startNetworks('routes', [1, 2]);
    await allReached([[1, 2], [2, 1]]);
    ip('-n', ns('n1'), 'link', 'set', 'eth0', 'down');
    expect(ours(1)).toBe('');
    ip('-n', ns('n1'), 'link', 'set', 'eth0', 'up');
    ip('-n', ns('n1'), 'route', 'add', '10.99.3.0/24', 'via', '10.99.0.254');
    await allReached([[1, 2], [2, 1]]);
    ip('-n', ns('n1'), 'route', 'add', '10.50.0.0/16', 'via', '10.99.0.2');
    networks.know([1]);
    await soon(() => expect(ours(1)).toBe(''));
    expect(ip('-n', ns('n1'), 'route', 'show', '10.50.0.0/16')).toContain('10.99.0.2');
    networks.know([1, 2, 3]);
    await allReached([[1, 2]]);
    await soon(() => expect(networks.lines.join('\n')).toMatch(/route replace 10\.244\.3\.0\/24.*shares no link.*--network vxlan/));
    await networks.stop();
    expect([ours(1), ours(2)]).toEqual(['', '']);
  });

  test('VXLAN: also between machines that share no link, taking over from routes, and gone without trace', async () => {
    const before = startNetworks('routes', [1, 2]);
    await allReached([[1, 2]]);
    await before.pause();
    const networks = startNetworks('vxlan', [1, 2, 3]);
    await allReached([[1, 2], [2, 1], [1, 3], [3, 1], [3, 2]]);
    ip('-n', ns('n3'), 'link', 'del', 'gantry-vxlan');
    await allReached([[3, 1], [1, 3]]);
    await networks.stop();
    for (const n of [1, 2, 3]) expect(ip('-n', ns(`n${n}`), 'link', 'show')).not.toContain('vxlan');
  });
});
