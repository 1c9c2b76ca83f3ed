import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { removeRules } from '../../../agent/proxy/remove-rules.ts';
import { planRuleset } from '../../../agent/proxy/plan-ruleset.ts';
import { startProxy } from '../../../agent/proxy/start-proxy.ts';
import { findTable } from '../../../agent/proxy/table.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { EndpointSlice, Service } from '../../../src/model/object.ts';
import { endpoint, facts, service, servicePort, slice, withAnnounced, withIngress } from '../../unit/agent/proxy/fixtures.ts';
import { FakeView } from './support/fake-view.ts';
import { createNetwork } from './support/network.ts';
import type { Network } from './support/network.ts';
import { soon } from '../../support/soon.ts';

let network: Network;
let proxy: AsyncDisposable;
let view: FakeView;

const start = (): AsyncDisposable => startProxy({ ...facts, view, clock: systemClock, logger: pino({ level: 'warn' }), host: network.node });

/** Waits until the kernel holds the rules for these objects. */
async function settle(services: readonly Service[], slices: readonly EndpointSlice[]): Promise<void> {
  view.set(services, slices);
  const wanted = planRuleset(services, slices, facts);
  await soon(async () => expect((await findTable(network.node))?.ruleset).toEqual(wanted));
}

beforeAll(async () => {
  network = await createNetwork('s');
  view = new FakeView();
  proxy = start();
});

afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await network.dispose();
});

const udpPorts = [{ name: 'u', protocol: 'UDP', port: 8080 }] as const;
const ports = [servicePort({ port: 80, name: 't', nodePort: 30080 }), servicePort({ port: 80, name: 'u', protocol: 'UDP', nodePort: 30080 })];
const web = service('web', { type: 'NodePort', clusterIP: '10.96.0.10', ports });
const webPorts = [{ name: 't', protocol: 'TCP', port: 8080 }, ...udpPorts] as const;
const here = [endpoint('10.244.1.2'), endpoint('10.244.1.3')];
const three = [...here, endpoint('10.244.2.2', 'node-2')];

describe('three endpoints behind a NodePort Service', () => {
  beforeAll(() => settle([web], [slice('web', three, webPorts)]));

  test.each([
    ['a Pod', 'c', '10.96.0.10', 80],
    ['the node', 'node', '10.96.0.10', 80],
    ['a machine beside', 'client', '10.96.0.10', 80],
    ['a machine beside, by node port', 'client', '10.99.0.1', 30080],
    ['the node, by 127.0.0.1', 'node', '127.0.0.1', 30080],
    ['the node, by its own address', 'node', '10.99.0.1', 30080],
    ['a Pod, by node port', 'c', '10.99.0.1', 30080],
    ['a Pod that is an endpoint itself', 'a', '10.96.0.10', 80],
  ] as const)('900 connections from %s are balanced', async (_what, from, address, port) => {
    const { servers, failures } = await network.ask(from, 'tcp', address, port, 900);
    expect(failures).toEqual({});
    // A fair choice stays within this in all but one of ten million runs.
    for (const name of ['a', 'b', 'far']) expect(Math.abs((servers[name] ?? 0) - 300)).toBeLessThanOrEqual(80);
  });

  test.each([['c', '10.96.0.10', 80], ['node', '10.96.0.10', 80], ['node', '127.0.0.1', 30080], ['client', '10.99.0.1', 30080]] as const)('UDP from %s to %s', async (from, address, port) => {
    const { servers, failures } = await network.ask(from, 'udp', address, port, 60);
    expect(failures).toEqual({});
    expect(Object.keys(servers).toSorted()).toEqual(['a', 'b', 'far']);
  });

  test('a Pod keeps its address towards other Pods, and is the node towards itself', async () => {
    expect((await network.ask('c', 'tcp', '10.96.0.10', 80, 30)).sources).toEqual(['10.244.1.4']);
    expect((await network.ask('a', 'tcp', '10.96.0.10', 80, 60)).sources.toSorted()).toEqual(['10.244.1.1', '10.244.1.2']);
    expect((await network.ask('c', 'tcp', '10.244.2.2', 8080)).sources).toEqual(['10.244.1.4']);
  });

  test('a neighbour cannot reach loopback addresses of the node', async () => {
    await network.run('client', 'ip', 'route', 'replace', '127.0.0.0/8', 'via', '10.99.0.1', 'table', '100');
    await network.run('client', 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet; ip rule add pref 0 to 127.0.0.0/8 lookup 100 || true; ip route del local 127.0.0.0/8 dev lo table local || true; ip route del local 127.0.0.1 dev lo table local || true');
    const { failures } = await network.ask('client', 'tcp', '127.0.0.1', 30080, 1, '10.99.0.9');
    expect(failures).toEqual({ TIMEOUT: 1 });
    expect(await network.run('node', 'nft', 'list', 'chain', 'ip', 'gantry', 'wall')).toContain('ip daddr 127.0.0.0/8 drop');
  });

  test('a restarted proxy changes nothing that is right, and interrupts nothing', async () => {
    const before = await network.run('node', 'nft', '-a', 'list', 'table', 'ip', 'gantry');
    await proxy[Symbol.asyncDispose]();
    view.synced = false;
    const asking = network.ask('c', 'tcp', '10.96.0.10', 80, 2000);
    proxy = start();
    await settle([web], [slice('web', three, webPorts)]);
    expect((await asking).failures).toEqual({});
    expect(await network.run('node', 'nft', '-a', 'list', 'table', 'ip', 'gantry')).toBe(before);
  });

  test('removing and adding endpoints under load loses no connection', async () => {
    const asking = network.ask('client', 'tcp', '10.99.0.1', 30080, 4000);
    for (let round = 0; round < 6; round += 1) {
      await settle([web], [slice('web', here, webPorts)]);
      await settle([web], [slice('web', three, webPorts)]);
    }
    expect((await asking).failures).toEqual({});
  });
});

describe('no endpoint', () => {
  const leaving = [endpoint('10.244.1.2', 'node-1', 'unready')];
  beforeAll(() => settle([withIngress({ ...web, spec: { ...web.spec, externalIPs: ['10.100.0.1'] } })], [slice('web', leaving, webPorts)]));

  test.each([
    ['c', '10.96.0.10', 80], ['node', '10.96.0.10', 80], ['node', '127.0.0.1', 30080], ['node', '10.99.0.1', 30080], ['client', '10.99.0.1', 30080],
    ['client', '10.96.0.10', 80], ['client', '10.100.0.1', 80], ['c', '10.96.77.77', 80],
  ] as const)('from %s to %s:%i: refused at once', async (from, address, port) => {
    const tcp = await network.ask(from, 'tcp', address, port, 5);
    expect(tcp.failures).toEqual({ ECONNREFUSED: 5 });
    // One only: the kernel sends few ICMP messages per second to one client.
    expect((await network.ask(from, 'udp', address, port)).failures).toEqual({ ECONNREFUSED: 1 });
  });

  test('an endpoint that is terminating but serves is used while there is no other', async () => {
    await settle([web], [slice('web', [endpoint('10.244.1.2', 'node-1', 'leaving')], webPorts)]);
    expect((await network.ask('c', 'tcp', '10.96.0.10', 80, 5)).servers).toEqual({ a: 5 });
    await settle([web], [slice('web', [endpoint('10.244.1.2', 'node-1', 'leaving'), endpoint('10.244.1.3')], webPorts)]);
    expect((await network.ask('c', 'tcp', '10.96.0.10', 80, 5)).servers).toEqual({ b: 5 });
  });
});

describe('session affinity', () => {
  const sticky: Service = { ...web, spec: { ...web.spec, sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } } };
  const only = (answers: Readonly<Record<string, number>>): string => {
    expect(Object.keys(answers)).toHaveLength(1);
    return Object.keys(answers)[0] ?? '';
  };
  const byName = { a: endpoint('10.244.1.2'), b: endpoint('10.244.1.3'), far: endpoint('10.244.2.2', 'node-2') };

  test.each([['c', '10.96.0.10', 80], ['client', '10.99.0.1', 30080]] as const)('%s stays with one endpoint until that one goes', async (from, address, port) => {
    await settle([sticky], [slice('web', three, webPorts)]);
    const first = only((await network.ask(from, 'tcp', address, port, 30)).servers);
    const others = (Object.keys(byName) as (keyof typeof byName)[]).filter((name) => name !== first);
    for (const other of others) {
      await settle([sticky], [slice('web', Object.entries(byName).flatMap(([name, e]) => (name === other ? [] : [e])), webPorts)]);
      expect(only((await network.ask(from, 'tcp', address, port, 10)).servers)).toBe(first);
    }
    await settle([sticky], [slice('web', others.map((name) => byName[name]), webPorts)]);
    await soon(async () => expect(only((await network.ask(from, 'tcp', address, port, 10)).servers)).not.toBe(first));
  });

  test('a client that a killed agent did not get to forget is forgotten by the next one', async () => {
    await settle([sticky], [slice('web', three, webPorts)]);
    await proxy[Symbol.asyncDispose]();
    await network.run('node', 'nft', 'add', 'element', 'ip', 'gantry', 'sticky', '{ 10.244.1.99 . 10.96.0.10 . tcp . 80 timeout 60s : 10.244.1.77 . 8080 }');
    proxy = start();
    await soon(async () => expect((await findTable(network.node))?.clients.some(({ backend }) => backend.includes('10.244.1.77'))).toBe(false));
  });

  test('the time counts from the last packet', async () => {
    const brief: Service = { ...sticky, spec: { ...sticky.spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } } };
    await settle([brief], [slice('web', three, webPorts)]);
    await network.ask('c', 'tcp', '10.96.0.10', 80);
    const clients = async (): Promise<number> => (await findTable(network.node))?.clients.filter((c) => c.client === '10.244.1.4' && c.front === '10.96.0.10 . tcp . 80').length ?? 0;
    expect(await clients()).toBe(1);
    await soon(async () => expect(await clients()).toBe(0));
  });
});

describe('traffic policies and further addresses', () => {
  test('external policy Local: only endpoints of this node, and the client is seen', async () => {
    const local: Service = { ...web, spec: { ...web.spec, externalTrafficPolicy: 'Local', externalIPs: ['10.100.0.1'] } };
    await settle([local], [slice('web', three, webPorts)]);
    for (const [address, port] of [['10.99.0.1', 30080], ['10.100.0.1', 80]] as const) {
      const { servers, sources } = await network.ask('client', 'tcp', address, port, 60);
      expect(Object.keys(servers).toSorted()).toEqual(['a', 'b']);
      expect(sources).toEqual(['10.99.0.9']);
    }
    expect(Object.keys((await network.ask('node', 'tcp', '10.99.0.1', 30080, 60)).servers)).toHaveLength(3);
    await settle([local], [slice('web', three.slice(2), webPorts)]);
    expect((await network.ask('client', 'tcp', '10.99.0.1', 30080)).failures).toEqual({ TIMEOUT: 1 });
  });

  test('internal policy Local: only endpoints of this node', async () => {
    const local: Service = { ...web, spec: { ...web.spec, internalTrafficPolicy: 'Local' } };
    await settle([local], [slice('web', three, webPorts)]);
    expect(Object.keys((await network.ask('c', 'tcp', '10.96.0.10', 80, 60)).servers).toSorted()).toEqual(['a', 'b']);
  });

  test('external addresses and those of a load balancer', async () => {
    const both = withIngress(service('web', { type: 'LoadBalancer', clusterIP: '10.96.0.10', ports, externalIPs: ['10.100.0.1'] }), '10.100.0.2');
    await settle([both], [slice('web', three, webPorts)]);
    for (const address of ['10.100.0.1', '10.100.0.2']) expect((await network.ask('client', 'tcp', address, 80, 5)).failures).toEqual({});
  });

  test('an address of a load balancer: open to its ranges only, closed at all other ports', async () => {
    const guarded = (...ranges: readonly string[]) => withAnnounced(service('web', { type: 'LoadBalancer', clusterIP: '10.96.0.10', ports, loadBalancerSourceRanges: ranges }), '10.100.0.2');
    await network.run('node', 'ip', 'address', 'replace', '10.100.0.2/32', 'dev', 'lo', 'scope', 'host');
    await settle([guarded('10.99.0.0/29', '10.244.0.0/16')], [slice('web', three, webPorts)]);
    expect((await network.ask('client', 'tcp', '10.100.0.2', 80)).failures).toEqual({ TIMEOUT: 1 });
    expect((await network.ask('c', 'tcp', '10.100.0.2', 80, 5)).failures).toEqual({});
    expect((await network.ask('client', 'tcp', '10.99.0.1', 30080, 5)).failures).toEqual({});
    await settle([guarded('10.99.0.8/31')], [slice('web', three, webPorts)]);
    for (const protocol of ['tcp', 'udp'] as const) expect((await network.ask('client', protocol, '10.100.0.2', 80, 5)).failures).toEqual({});
    expect((await network.ask('c', 'tcp', '10.100.0.2', 80)).failures).toEqual({ TIMEOUT: 1 });
    expect((await network.ask('client', 'tcp', '10.100.0.2', 30080, 5)).failures).toEqual({ ECONNREFUSED: 5 });
    await settle([], []);
    await network.run('node', 'ip', 'address', 'del', '10.100.0.2/32', 'dev', 'lo');
  });

  test('what leaves the cluster has the address of the node', async () => {
    expect((await network.ask('c', 'tcp', '10.99.0.9', 8080)).sources).toEqual(['10.99.0.1']);
  });
});

test('UDP flows to a removed endpoint end with it', async () => {
  const [, b] = here;
  await settle([web], [slice('web', here.slice(0, 1), webPorts)]);
  await network.ask('c', 'udp', '10.96.0.10', 80);
  await settle([web], [slice('web', b ? [b] : [], webPorts)]);
  // By itself the kernel would forget it too, half a minute after its last packet.
  await vi.waitFor(async () => expect(await network.run('node', 'conntrack', '-L', '-p', 'udp', '--dst-nat', '10.244.1.2')).toBe(''), { timeout: 15_000, interval: 20 });
});

// The kernel remembers for minutes which way an attempt went, and sends the next one from the same port of the client the same way.
describe('what a removed endpoint did not take', () => {
  const at = (address: string, port: number) => [slice('web', [endpoint(address)], [{ name: 't', protocol: 'TCP', port }])];
  const silent = at('10.244.1.3', 8082), resetting = at('10.244.1.3', 8081), good = at('10.244.1.2', 8080);
  const remembered = (state: string, port: number) => network.run('node', 'conntrack', '-L', '-p', 'tcp', '--state', state, '--orig-port-dst', String(port));
  const servers: ChildProcess[] = [];
  /** A server in Pod b: what it does with a connection. */
  const serve = async (port: number, answer: string) => {
    const server = network.spawn('b', process.execPath, '-e', `require('net').createServer((socket) => ${answer}).listen(${port}, () => console.log('ready'))`);
    servers.push(server);
    await once(server.stdout!, 'data');
  };
  beforeAll(async () => {
    // What is closed is remembered for 10 s; here for so long that it does not end by itself.
    await network.run('node', 'sysctl', '-qw', 'net.netfilter.nf_conntrack_tcp_timeout_close=600');
    await network.run('b', 'nft', 'add table ip silent; add chain ip silent input { type filter hook input priority 0; }; add rule ip silent input tcp dport 8082 drop');
    await serve(8081, 'socket.resetAndDestroy()');
    await serve(8083, 'socket.pipe(socket)');
  });
  afterAll(() => { for (const server of servers) server.kill('SIGKILL'); });

  test.each([
    ['silent', 'SYN_SENT', silent, 'c', '10.96.0.10', 80, '10.244.1.4:40001'],
    ['silent', 'SYN_SENT', silent, 'client', '10.99.0.1', 30080, '10.99.0.9:40001'],
    ['reset', 'CLOSE', resetting, 'c', '10.96.0.10', 80, '10.244.1.4:40002'],
    ['reset', 'CLOSE', resetting, 'client', '10.99.0.1', 30080, '10.99.0.9:40002'],
  ] as const)('after a %s connection (%s), one from the same port goes to another endpoint', async (_what, state, before, from, address, port, source) => {
    await settle([web], before);
    const { failures } = await network.ask(from, 'tcp', address, port, 1, source);
    expect(failures).toEqual({ [state === 'CLOSE' ? 'ECONNRESET' : 'TIMEOUT']: 1 });
    expect(await remembered(state, port)).toContain(` sport=${source.split(':')[1]} `);
    await settle([web], good);
    await soon(async () => expect(await network.ask(from, 'tcp', address, port, 1, source)).toMatchObject({ servers: { a: 1 }, failures: {} }));
  });

  /** A program of few words in Pod c, with the lines it writes. */
  const talk = (program: string) => {
    const child = network.spawn('c', process.execPath, '-e', program), lines: string[] = [];
    child.stdout?.on('data', (text: Buffer) => lines.push(...text.toString().trim().split('\n')));
    return { child, lines };
  };

  test('an attempt under way goes on to another endpoint', async () => {
    await settle([web], silent);
    const { child, lines } = talk("require('net').connect(80, '10.96.0.10').on('data', (text) => console.log(String(text)))");
    await soon(async () => expect(await remembered('SYN_SENT', 80)).toContain('src=10.244.1.3'));
    await settle([web], good);
    await soon(() => expect(lines).toEqual(['a 10.244.1.4']));
    child.kill('SIGKILL');
  });

  test('what is established stays', async () => {
    await settle([web], at('10.244.1.3', 8083));
    const { child, lines } = talk("const socket = require('net').connect(80, '10.96.0.10', () => console.log('open')); process.stdin.pipe(socket).pipe(process.stdout)");
    await soon(() => expect(lines).toEqual(['open']));
    // Written down as if an attempt had gone the same way: once it is forgotten, all that is to be forgotten is.
    const way = '-s 10.244.1.4 --sport 40003 -d 10.96.0.10 --dport 80 -r 10.244.1.3 --reply-port-src 8083 -q 10.244.1.4 --reply-port-dst 40003';
    await network.run('node', 'conntrack', '-I', '-p', 'tcp', '--state', 'SYN_SENT', '-t', '600', ...way.split(' '));
    await settle([web], good);
    await soon(async () => expect(await remembered('SYN_SENT', 80)).not.toContain('sport=40003'));
    child.stdin!.write('still here\n');
    await soon(() => expect(lines).toEqual(['open', 'still here']));
    child.kill('SIGKILL');
  });
});

test('reset leaves no rule behind', async () => {
  await proxy[Symbol.asyncDispose]();
  expect((await network.run('node', 'cat', '/proc/sys/net/ipv4/conf/all/route_localnet')).trim()).toBe('1');
  await removeRules(network.node);
  expect(await findTable(network.node)).toBeUndefined();
  expect(await network.run('node', 'iptables', '-S')).not.toContain('gantry');
  expect((await network.run('node', 'cat', '/proc/sys/net/ipv4/conf/all/route_localnet')).trim()).toBe('0');
  await removeRules(network.node);
});
