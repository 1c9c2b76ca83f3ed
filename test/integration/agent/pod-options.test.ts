import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isConditionTrue } from '../../../src/model/conditions.ts';
import type { ContainerInput, PodInput } from '../../../src/model/object.ts';
import { sh, startDockerNode, testImage } from './docker-node.ts';
import type { DockerNode } from './docker-node.ts';
import { startOwnEngine } from './own-engine.ts';
import type { OwnEngine } from './own-engine.ts';

const run = promisify(execFile);
const idle = "trap 'exit 0' TERM; while true; do sleep 0.2; done";
let engine: OwnEngine;
let node: DockerNode;

beforeAll(async () => {
  engine = await startOwnEngine();
  node = await startDockerNode(engine.socketPath);
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const main = (more: Partial<ContainerInput> = {}): ContainerInput => ({ name: 'main', image: testImage, command: sh(idle), ...more });
const create = (name: string, spec: Omit<PodInput['spec'], 'containers'>, ...containers: ContainerInput[]): unknown => node.cluster.createPod(name, { terminationGracePeriodSeconds: 1, containers, ...spec });
const isReady = (name: string): boolean => isConditionTrue(node.cluster.pod(name).status.conditions, 'Ready');
const status = (name: string, index = 0) => node.cluster.pod(name).status.containerStatuses[index]!;
const inside = async (pod: string, script: string, container = 'main'): Promise<string> => (await node.runtime.exec(await node.containerId(container, pod), sh(script), 10_000)).output.trim();
const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
};

it('keeps to what a Pod says of its users, groups, rights, processes and kernel settings', async () => {
  const { cluster } = node;
  create('strict', {
    shareProcessNamespace: true,
    securityContext: { runAsUser: 1000, runAsGroup: 3000, runAsNonRoot: true, fsGroup: 2000, supplementalGroups: [4000], sysctls: [{ name: 'net.ipv4.ip_local_port_range', value: '40000 41000' }] },
    volumes: [{ name: 'data' }],
  }, main({ volumeMounts: [{ name: 'data', mountPath: '/data' }], securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }),
  main({ name: 'talk', stdin: true, tty: true, command: sh('read line; echo got $line; exec sleep 1000') }));
  create('root', { securityContext: { runAsNonRoot: true } }, main());
  await cluster.until('it is ready', () => isReady('strict'));
  expect((await inside('strict', '/bin/busybox id -u; /bin/busybox id -g; /bin/busybox id -G')).split('\n')).toEqual(['1000', '3000', expect.stringMatching(/(?=.*\b2000\b)(?=.*\b4000\b)/)]);
  expect(await inside('strict', 'echo x > /data/file && /bin/busybox stat -c "%g %a" /data && /bin/busybox stat -c %g /data/file')).toBe('2000 2777\n2000');
  expect(await inside('strict', 'echo x > /etc/file')).toContain('Read-only file system');
  expect(await inside('strict', '/bin/busybox grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status | /bin/busybox tr -d "\\n\\t"')).toBe('CapEff:0000000000000000CapBnd:0000000000000000NoNewPrivs:1');
  expect(await inside('strict', 'cat /proc/sys/net/ipv4/ip_local_port_range')).toBe('40000\t41000');
  expect((await inside('strict', 'cat /proc/1/cmdline; /bin/busybox ps')).replaceAll('\0', ' ')).toMatch(/^\/pause[^]*read line/);
  const { Config } = await node.docker.getContainer(await node.containerId('talk', 'strict')).inspect();
  expect([Config.Tty, Config.OpenStdin]).toEqual([true, true]);
  await cluster.until('root is refused', () => status('root').state.waiting?.reason === 'CreateContainerConfigError');
  expect(status('root').state.waiting?.message).toContain('runAsNonRoot');
  for (const name of ['strict', 'root']) cluster.deletePod(name);
});

it('answers at ports of the node from outside, from the node and from Pods, and shares the network of the node', async () => {
  const { cluster } = node;
  const outside = `${engine.namespace}-o`;
  const ip = (...args: string[]): unknown => execFileSync('ip', args);
  const fetchFrom = (namespace: string, address: string): Promise<string> => run('nsenter', [`--net=/run/netns/${namespace}`, '/bin/busybox', 'timeout', '2', '/bin/busybox', 'wget', '-q', '-O', '-', `http://${address}/where`]).then(({ stdout }) => stdout.trim(), () => '');
  ip('netns', 'add', outside);
  try {
    ip('-n', outside, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'wan', 'netns', engine.namespace);
    for (const [namespace, link, address] of [[outside, 'eth0', '192.0.2.2/24'], [engine.namespace, 'wan', '192.0.2.1/24']] as const) {
      ip('-n', namespace, 'address', 'add', address, 'dev', link);
      ip('-n', namespace, 'link', 'set', link, 'up');
    }
    const server = (port: number, word: string) => sh(`mkdir -p /www; echo ${word} $(hostname) > /www/where; exec /bin/httpd -f -p ${port} -h /www`);
    create('published', {}, main({ command: server(8080, 'pod'), ports: [{ containerPort: 8080, hostPort: 18_080 }] }));
    create('shared', { hostNetwork: true }, main({ command: server(18_081, 'node'), ports: [{ containerPort: 18_081 }] }));
    await cluster.until('both are ready', () => isReady('published') && isReady('shared'));
    expect(cluster.pod('shared').status.podIP).toBe('127.0.0.1');
    await until('the published port answers from outside', async () => (await fetchFrom(outside, '192.0.2.1:18080')) === 'pod published');
    await until('and from the node itself', async () => (await fetchFrom(engine.namespace, '192.0.2.1:18080')) === 'pod published');
    await until('and from a Pod', async () => (await inside('published', '/bin/busybox timeout 2 /bin/wget -q -O - http://192.0.2.1:18080/where')) === 'pod published');
    await until('the network of the node is shared', async () => (await fetchFrom(outside, '192.0.2.1:18081')).startsWith('node '));
    for (const name of ['published', 'shared']) cluster.deletePod(name);
    await cluster.until('both are gone', () => !cluster.hasPod('published') && !cluster.hasPod('shared'));
    expect(await fetchFrom(outside, '192.0.2.1:18080')).toBe('');
  } finally {
    ip('netns', 'del', outside);
  }
});
