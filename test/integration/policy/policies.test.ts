import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removePolicies } from '../../../agent/policy/remove-policies.ts';
import { startPolicies } from '../../../agent/policy/start-policies.ts';
import { CommandError } from '../../../agent/host/host.ts';
import type { Host } from '../../../agent/host/host.ts';
import { startProxy } from '../../../agent/proxy/start-proxy.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { NetworkPolicyInput } from '../../../src/model/object.ts';
import { endpoint, facts, service, servicePort, slice } from '../../unit/agent/proxy/fixtures.ts';
import { FakeView } from '../proxy/support/fake-view.ts';
import { createNetwork } from '../proxy/support/network.ts';
import type { Network, Place } from '../proxy/support/network.ts';
import { startAskers } from './askers.ts';
import type { Askers } from './askers.ts';
import { FakeCluster, podAt } from './fake-cluster.ts';
import { soon } from '../../support/soon.ts';

// Pods a and b are of team blue, c (on the same node) and far (on another) of team red.
const addresses = { a: '10.244.1.2', b: '10.244.1.3', c: '10.244.1.4', far: '10.244.2.2', client: '10.99.0.9', node: '10.99.0.1', service: '10.96.0.20', dns: '10.96.0.10' } as const;
const pods = [podAt('a', 'blue', addresses.a, 'node-1'), podAt('b', 'blue', addresses.b, 'node-1'), podAt('c', 'red', addresses.c, 'node-1'), podAt('far', 'red', addresses.far, 'node-2')];
const [a] = pods;
const logger = pino({ level: 'silent' });
/** Repairs come soon. */
const hasty = { now: () => systemClock.now(), after: (ms: number, callback: () => void) => systemClock.after(ms / 100, callback) };

let network: Network, askers: Askers, proxy: AsyncDisposable, dns: ChildProcess;
let program: ChildProcess;
let cluster: FakeCluster, policies: ReturnType<typeof startPolicies>;
const start = (host: Host = network.node) => startPolicies({ view: cluster, answeredHere: [addresses.dns], logger, clock: hasty, host });

beforeAll(async () => {
  network = await createNetwork('p');
  askers = startAskers(network);
  await network.run('node', 'ip', 'addr', 'add', `${addresses.dns}/32`, 'dev', 'lo');
  const endpointFile = path.join(import.meta.dirname, '../proxy/support/endpoint.mjs');
  dns = network.spawn('node', process.execPath, endpointFile, 'dns', '53', addresses.dns);
  await once(dns.stdout!, 'data');
  program = network.spawn('node', process.execPath, endpointFile, 'program', '8080', addresses.node);
  await once(program.stdout!, 'data');
  const view = new FakeView();
  proxy = startProxy({ ...facts, answeredHere: [addresses.dns], view, clock: systemClock, logger, host: network.node });
  view.set([service('a', { type: 'NodePort', clusterIP: addresses.service, ports: [servicePort({ port: 80, nodePort: 30080 })] })], [slice('a', [endpoint(addresses.a)])]);
  await soon(async () => expect((await network.ask('c', 'tcp', addresses.service, 80)).servers).toEqual({ a: 1 }));
  cluster = new FakeCluster('node-1', pods);
  policies = start();
});

afterAll(async () => {
  await policies[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  for (const server of [dns, program]) server.kill('SIGKILL');
  askers.end();
  await network.dispose();
});

type Way = readonly [from: Place, to: keyof typeof addresses | 'nodePort', protocol?: 'tcp' | 'udp'];

/** Which of some connections are let through. */
async function passing(ways: readonly Way[]): Promise<readonly string[]> {
  const answers = await Promise.all(ways.map(async ([from, to, protocol = to === 'dns' ? 'udp' : 'tcp']) => {
    const [address, port] = to === 'nodePort' ? ['10.99.0.1', 30_080] as const : [addresses[to], { service: 80, dns: 53 }[to as string] ?? 8080] as const;
    const outcome = await askers.ask(from, protocol, address, port);
    expect(['open', 'silent']).toContain(outcome);
    return outcome === 'open' ? [`${from} ${to} ${protocol}`] : [];
  }));
  return answers.flat();
}

const named = (ways: readonly Way[]): readonly string[] => ways.map(([from, to, protocol = to === 'dns' ? 'udp' : 'tcp']) => `${from} ${to} ${protocol}`);

/** With these policies exactly the first connections are let through, and the others are not. */
async function expectOnly(specs: Readonly<Record<string, NetworkPolicyInput['spec']>>, allowed: readonly Way[], denied: readonly Way[]): Promise<void> {
  cluster.set(specs);
  await soon(async () => expect(await passing([...allowed, ...denied])).toEqual(named(allowed)));
}

const toBlue: readonly Way[] = [['a', 'b'], ['b', 'a', 'udp'], ['b', 'service']];
const fromOutside: readonly Way[] = [['c', 'a'], ['far', 'a'], ['far', 'a', 'udp'], ['c', 'service'], ['client', 'nodePort']];
const always: readonly Way[] = [['node', 'a'], ['node', 'service'], ['a', 'a'], ['a', 'service'], ['c', 'far']];
const denyIngress = { policyTypes: ['Ingress'] } as const;
const own = { ingress: [{ from: [{ podSelector: {} }] }] } as const;

describe('ingress', () => {
  test('without a policy everything passes, and there is no table', async () => {
    await expectOnly({}, [...toBlue, ...fromOutside, ...always], []);
    expect(await network.run('node', 'nft', 'list', 'tables')).not.toContain('gantry_policy');
  });

  test('a namespace that denies all: only the node and the Pod itself get in; its own connections go out', () =>
    expectOnly({ 'blue/deny': denyIngress }, [...always, ['a', 'c'], ['a', 'far'], ['a', 'dns']], [...toBlue, ...fromOutside]));

  test('a namespace as a wall: what is of it passes, by Service too, on this node and from others', async () => {
    await expectOnly({ 'blue/deny': denyIngress, 'blue/own': own }, [...always, ...toBlue], fromOutside);
    await expectOnly({ 'red/deny': denyIngress, 'red/own': own }, [['far', 'c'], ...toBlue, ...fromOutside], [['a', 'c']]);
  });

  test('Pods of another namespace, by labels of both', () =>
    expectOnly({ 'blue/x': { podSelector: { matchLabels: { name: 'a' } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'red' } }, podSelector: { matchLabels: { name: 'far' } } }] }] } },
      [['far', 'a'], ['far', 'a', 'udp'], ['c', 'b'], ['a', 'b']], [['c', 'a'], ['b', 'a'], ['c', 'service'], ['client', 'nodePort']]));

  test('ports by name, number and span, of one protocol', async () => {
    for (const port of ['http', 8080]) await expectOnly({ 'blue/x': { ingress: [{ ports: [{ port }] }] } }, [['c', 'a'], ['c', 'service'], ['client', 'nodePort']], [['c', 'a', 'udp']]);
    await expectOnly({ 'blue/x': { ingress: [{ ports: [{ protocol: 'UDP', port: 8000, endPort: 8100 }, { port: 8081, endPort: 9000 }] }] } }, [['far', 'a', 'udp']], [['far', 'a']]);
  });

  test('ranges of addresses with holes', async () => {
    await expectOnly({ 'blue/x': { ingress: [{ from: [{ ipBlock: { cidr: '10.99.0.0/24' } }] }] } }, [['client', 'nodePort']], [['c', 'a'], ['far', 'a']]);
    await expectOnly({ 'blue/x': { ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.99.0.8/29', '10.99.0.9/32', '10.244.2.0/24'] } }] }] } }, [['c', 'a'], ['b', 'a']], [['client', 'nodePort'], ['far', 'a']]);
  });
});

describe('egress', () => {
  const deny = { podSelector: { matchLabels: { name: 'a' } }, policyTypes: ['Egress'] } as const;
  const others: readonly Way[] = [['b', 'dns'], ['c', 'a'], ['node', 'a'], ['a', 'a'], ['a', 'service']];
  const dnsPods = { namespaceSelector: { matchLabels: { team: 'kube-system' } }, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };

  test('a Pod that may connect to nothing still answers, and reaches its own node, but not the DNS there', () =>
    expectOnly({ 'blue/x': deny }, [...others, ['a', 'node'], ['a', 'node', 'udp']], [['a', 'b'], ['a', 'c'], ['a', 'far'], ['a', 'client'], ['a', 'dns'], ['a', 'dns', 'tcp']]));

  test.each<readonly [string, NonNullable<NonNullable<NetworkPolicyInput['spec']>['egress']>[number]]>([
    ['its Pods by their labels', { to: [dnsPods] }],
    ['its Pods and ports', { to: [dnsPods], ports: [{ protocol: 'UDP', port: 53 }, { port: 53 }] }],
    ['its Pods and the names of its ports', { to: [dnsPods], ports: [{ protocol: 'UDP', port: 'dns' }, { port: 'dns-tcp' }] }],
    ['its port anywhere', { ports: [{ protocol: 'UDP', port: 53 }, { port: 53 }] }],
    ['its address', { to: [{ ipBlock: { cidr: '10.96.0.10/32' } }] }],
  ])('the DNS is allowed by %s', (_what, rule) => expectOnly({ 'blue/x': { ...deny, egress: [rule] } }, [...others, ['a', 'dns'], ['a', 'dns', 'tcp']], [['a', 'c'], ['a', 'far']]));

  test('Pods, ports by the name that they have there, and addresses outside', async () => {
    await expectOnly({ 'blue/x': { ...deny, egress: [{ to: [{ namespaceSelector: { matchLabels: { team: 'red' } } }], ports: [{ port: 'http' }] }] } }, [['a', 'c'], ['a', 'far']], [['a', 'far', 'udp'], ['a', 'b'], ['a', 'client']]);
    await expectOnly({ 'blue/x': { ...deny, egress: [{ to: [{ ipBlock: { cidr: '10.99.0.0/16' } }] }] } }, [['a', 'client']], [['a', 'c'], ['a', 'dns']]);
  });

  test('a Service is judged by the Pod behind it', async () => {
    await expectOnly({ 'red/x': { podSelector: { matchLabels: { name: 'c' } }, egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { name: 'a' } } }], ports: [{ port: 8080 }] }], policyTypes: ['Egress'] } }, [['c', 'service'], ['c', 'a']], [['c', 'b']]);
    await expectOnly({ 'red/x': { podSelector: { matchLabels: { name: 'c' } }, egress: [{ to: [{ ipBlock: { cidr: '10.96.0.0/16' } }], ports: [{ port: 80 }] }], policyTypes: ['Egress'] } }, [['b', 'service']], [['c', 'service'], ['c', 'a']]);
  });
});

test('a connection that exists goes on when a policy begins to forbid it', async () => {
  await expectOnly({}, [['far', 'a']], []);
  const server = network.spawn('a', process.execPath, '-e', 'require("node:net").createServer((s) => s.pipe(s)).listen(8090, () => console.log("ready"))');
  await once(server.stdout!, 'data');
  const client = network.spawn('far', process.execPath, '-e', `const s = require("node:net").connect(8090, "${addresses.a}"); process.stdin.pipe(s).pipe(process.stdout)`);
  const echo = async (text: string): Promise<string> => {
    client.stdin!.write(text);
    return String((await once(client.stdout!, 'data', { signal: AbortSignal.timeout(20_000) }))[0]);
  };
  expect(await echo('one')).toBe('one');
  await expectOnly({ 'blue/deny': denyIngress }, always, fromOutside);
  expect(await echo('two')).toBe('two');
  for (const child of [client, server]) child.kill('SIGKILL');
});

describe('an agent', () => {
  test('that ends leaves the rules in force, and so does the next one while it starts', async () => {
    await expectOnly({ 'blue/deny': denyIngress }, always, fromOutside);
    const asking = network.ask('far', 'tcp', addresses.a, 8080, 60);
    await policies[Symbol.asyncDispose]();
    cluster.synced = false;
    policies = start();
    expect(await passing([['far', 'a']])).toEqual([]);
    cluster.set({ 'blue/deny': denyIngress });
    expect((await asking).failures).toEqual({ TIMEOUT: 60 });
  });

  test('puts back what somebody else took away', async () => {
    await expectOnly({ 'blue/deny': denyIngress }, always, fromOutside);
    await network.run('node', 'nft', 'delete', 'table', 'ip', 'gantry_policy');
    await soon(async () => expect(await passing([['far', 'a']])).toEqual([]));
  });

  test('lets a Pod begin when its rules are in force, before the server knows its address', async () => {
    const late = { ...podAt('late', 'blue', '', 'node-1'), status: { ...a!.status, podIP: '' } };
    cluster.set({ 'blue/deny': denyIngress });
    await policies.admit(late, '10.244.1.77');
    expect(await network.run('node', 'nft', 'list', 'map', 'ip', 'gantry_policy', 'ingress')).toContain('10.244.1.77 : goto');
    policies.release(late.metadata.uid);
    await soon(async () => expect(await network.run('node', 'nft', 'list', 'map', 'ip', 'gantry_policy', 'ingress')).not.toContain('10.244.1.77'));
  });

  test('lets no Pod begin whose rules cannot be made, and every other', async () => {
    await using failing = start({ run: (program) => Promise.reject(new CommandError(program, 'Operation not permitted')) });
    cluster.set({ 'blue/deny': denyIngress });
    await expect(failing.admit(a!, addresses.a)).rejects.toThrow('NetworkPolicies cannot be made to hold on this node: packet rules need root');
    await failing.admit(pods[2]!, addresses.c);
  });
});

test('when the last policy goes, and on removal, nothing is left', async () => {
  await expectOnly({ 'blue/deny': denyIngress }, always, fromOutside);
  await expectOnly({}, [...toBlue, ...fromOutside, ...always], []);
  expect(await network.run('node', 'nft', 'list', 'tables')).not.toContain('gantry_policy');
  await expectOnly({ 'blue/deny': denyIngress }, always, fromOutside);
  await policies[Symbol.asyncDispose]();
  await removePolicies(network.node);
  await removePolicies(network.node);
  expect(await passing(fromOutside)).toEqual(named(fromOutside));
  expect(await network.run('node', 'nft', 'list', 'tables')).not.toContain('gantry_policy');
});
