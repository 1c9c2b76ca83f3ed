import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src/lib/clock.ts';
import { ApiError } from '../../../../src/model/errors.ts';
import type { Node } from '../../../../src/model/object.ts';
import { obtainCredential } from '../../../../agent/node/credential.ts';
import { runHeartbeat } from '../../../../agent/node/heartbeat.ts';
import { chooseNodeIP } from '../../../../agent/node/machine.ts';
import { createNodeView } from '../../../../agent/node/node-view.ts';
import { isWorthReporting, planNodeStatus } from '../../../../agent/node/plan-node-status.ts';
import type { NodeObservation } from '../../../../agent/node/plan-node-status.ts';
import { register } from '../../../../agent/node/register.ts';
import { serveRequests } from '../../../../agent/node/serve-requests.ts';
import { readOptions } from '../../../../agent/options.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { LocalCluster } from '../../../integration/agent/local-cluster.ts';

const logger = pino({ level: 'silent' });
const unavailable = new ApiError('UNAVAILABLE', 'away');

describe('the view of a node', () => {
  const spec = { containers: [{ name: 'main', image: 'image' }] };
  it('is synced by the first BOOKMARK, tells changes by key, and ignores what is older', () => {
    const cluster = new LocalCluster();
    const view = createNodeView('node-1');
    const told: string[][] = [];
    view.onChange((keys) => told.push([...keys]));
    const old = cluster.createPod('web', spec);
    cluster.changePod('web', (pod) => pod);
    cluster.feedAll(view);
    expect([view.synced, told]).toEqual([true, [['Pod/default/web', 'synced']]]);
    view.accept({ type: 'MODIFIED', revision: '1', object: old });
    expect(view.pod('default', 'web')?.metadata.resourceVersion).toBe('2');
    expect(told).toHaveLength(1);
  });
  it('keeps all while the server is away, and after it drops what is not named any more', () => {
    const cluster = new LocalCluster();
    const view = createNodeView('node-1');
    const web = cluster.createPod('web', spec);
    cluster.createPod('other', spec);
    cluster.feedAll(view);
    cluster.erase(web);
    view.begin();
    expect(view.pods()).toHaveLength(2);
    cluster.feedAll(view);
    expect(view.pods().map(({ metadata }) => metadata.name)).toEqual(['other']);
  });
});

const seen: NodeObservation = {
  nodeName: 'node-1', nodeIP: '192.0.2.1', info: undefined, images: [], problem: undefined, networkProblem: undefined,
  facts: { version: 'docker://1', operatingSystem: 'Linux', kernelVersion: '6', architecture: 'amd64', cpus: 2, memoryBytes: 4 * 2 ** 30 },
  use: { memoryAvailableBytes: 2 ** 30, diskBytes: 100, diskAvailableBytes: 50 },
};
const node = (status: Node['status']): Node => ({ ...new LocalCluster().createPod('n', { containers: [{ name: 'a', image: 'a' }] }), kind: 'Node', spec: { unschedulable: false, taints: [] }, status });

describe('the status of a node', () => {
  const truths = (status: Node['status']): Record<string, string> => Object.fromEntries(status.conditions.map(({ type, status: truth }) => [type, truth]));
  it('says what the machine has, what may be used, and how it is', () => {
    const status = planNodeStatus(undefined, seen, 0);
    expect(status).toMatchObject({ capacity: { cpu: '2', memory: '4194304Ki', pods: '110' }, allocatable: { memory: '4091904Ki' }, addresses: [{ type: 'InternalIP', address: '192.0.2.1' }, { type: 'Hostname', address: 'node-1' }] });
    expect(truths(status)).toEqual({ MemoryPressure: 'False', DiskPressure: 'False', PIDPressure: 'False', NetworkUnavailable: 'False', Ready: 'True' });
    expect(truths(planNodeStatus(status, { ...seen, problem: { reason: 'DockerUnavailable', message: 'gone' }, facts: undefined }, 0))).toMatchObject({ Ready: 'False' });
    expect(truths(planNodeStatus(status, { ...seen, networkProblem: 'no range' }, 0))).toMatchObject({ Ready: 'False', NetworkUnavailable: 'True' });
    expect(truths(planNodeStatus(status, { ...seen, use: { memoryAvailableBytes: 1, diskBytes: 100, diskAvailableBytes: 4 } }, 0))).toMatchObject({ MemoryPressure: 'True', DiskPressure: 'True' });
    const full = planNodeStatus(status, { ...seen, use: { ...seen.use, engineDisk: { folder: '/var/lib/docker', bytes: 100, availableBytes: 4 } } }, 0);
    expect(full.conditions.find(({ type }) => type === 'DiskPressure')).toMatchObject({ status: 'True', message: 'less than 5 % of the disk under /var/lib/docker is free' });
  });
  it('keeps conditions of others and moves times only with a change', () => {
    const first = planNodeStatus({ conditions: [{ type: 'Other', status: 'True' }], addresses: [], images: [] }, seen, 1000);
    const second = planNodeStatus(first, seen, 5000);
    expect(second.conditions.find(({ type }) => type === 'Other')).toBeDefined();
    expect(second.conditions.find(({ type }) => type === 'Ready')).toMatchObject({ lastTransitionTime: '1970-01-01T00:00:01.000Z', lastHeartbeatTime: '1970-01-01T00:00:05.000Z' });
  });
  it('is written on change, every five minutes, and when somebody else has overwritten it', () => {
    const held = node(planNodeStatus(undefined, seen, 0));
    const worth = (more: Partial<NodeObservation>, nowMs: number, on = held): boolean => isWorthReporting(on, planNodeStatus(on.status, { ...seen, ...more }, nowMs), nowMs);
    expect([worth({}, 10_000), worth({}, 300_000), worth({ problem: { reason: 'R', message: 'm' } }, 10_000)]).toEqual([false, true, true]);
    const lost = node({ ...held.status, conditions: held.status.conditions.map((one) => ({ ...one, status: 'Unknown' as const })) });
    expect(worth({}, 10_000, lost)).toBe(true);
  });
});

describe('a joining node', () => {
  const joinedWith = (token: string) => Promise.resolve({ id: 'i', token, expiresAt: '2030-01-01T00:00:00.000Z', clusterID: 'c' });
  const issued = { id: 'i', atMs: expect.any(Number) as number, expiresAtMs: Date.UTC(2030, 0), isConfirmed: false };
  const setUp = async (answers: (() => ReturnType<typeof joinedWith>)[], renew: () => Promise<string>) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gantry-join-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(path.join(folder, 'token'), 'join-token\n');
    const used: string[] = [];
    const connect = (token: string) => ({ joinNode: () => (used.push(token), answers.shift()!()), renewNodeLease: renew, [Symbol.asyncDispose]: () => Promise.resolve() });
    const clock = { ...systemClock, after: (_: number, run: () => void) => systemClock.after(1, run) };
    const obtain = () => obtainCredential({ nodeName: 'n', folder, joinTokenFile: path.join(folder, 'token'), connect, clock, logger, signal: new AbortController().signal });
    return { folder, used, obtain };
  };
  it('waits for the server, keeps its credential to itself, and uses it from then on', async () => {
    const { folder, used, obtain } = await setUp([() => Promise.reject(unavailable), () => joinedWith('own')], () => Promise.reject(unavailable));
    expect(await obtain()).toEqual({ token: 'own', clusterID: 'c', issued });
    const file = path.join(folder, 'credential.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ token: 'own', clusterID: 'c', issued });
    expect(await obtain()).toEqual({ token: 'own', clusterID: 'c', issued });
    expect(used).toEqual(['join-token', 'join-token']);
  });
  it('joins anew when its credential is refused, and gives up when its token is', async () => {
    const refused = new ApiError('UNAUTHENTICATED', 'no');
    const { obtain } = await setUp([() => joinedWith('one'), () => joinedWith('two'), () => Promise.reject(refused)], () => Promise.reject(refused));
    await obtain();
    expect((await obtain()).token).toBe('two');
    await expect(obtain()).rejects.toThrow(refused);
  });
  it('registers once, keeps what people changed, and adds missing labels', async () => {
    const calls: unknown[] = [];
    const existing = node({ conditions: [], addresses: [], images: [] });
    const client = (found: Node | undefined) => ({
      get: () => Promise.resolve(found), create: (_: string, input: unknown) => (calls.push(input), Promise.resolve(existing)), patch: (_: string, __: unknown, patch: unknown) => (calls.push(patch), Promise.resolve(existing)),
    }) as unknown as Parameters<typeof register>[0];
    const registration = { nodeName: 'n', architecture: 'amd64', labels: { disk: 'ssd' }, proposedCIDR: '10.244.0.0/24' };
    const labels = { 'kubernetes.io/hostname': 'n', 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', disk: 'ssd' };
    await register(client(undefined), registration);
    await register(client(existing), registration);
    await register(client({ ...existing, metadata: { ...existing.metadata, labels: { ...labels, own: 'x' } } }), registration);
    expect(calls).toEqual([{ metadata: { name: 'n', labels }, spec: { podCIDR: '10.244.0.0/24' } }, { metadata: { labels } }]);
  });
});

describe('the heartbeat', () => {
  it('comes every 10 s, and after failures from 200 ms on', async () => {
    const clock = manualClock();
    const beats: number[] = [];
    const abort = new AbortController();
    const began = clock.now();
    let unknown = 0;
    const errors = [undefined, unavailable, new ApiError('NOT_FOUND', 'no node'), undefined];
    const running = runHeartbeat({
      nodeName: 'n', clock, logger, signal: abort.signal, onUnknown: () => { unknown += 1; },
      client: { renewNodeLease: () => (beats.push(clock.now() - began), errors[beats.length - 1] ? Promise.reject(errors[beats.length - 1]) : Promise.resolve('')) },
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    for (const ms of [10_000, 200, 400, 10_000]) {
      await settle();
      clock.advance(ms);
    }
    await settle();
    expect(beats).toEqual([0, 10_000, 10_200, 10_600, 20_600]);
    expect(unknown).toBe(1);
    abort.abort();
    await running;
  });
});

describe('requests of the server', () => {
  const pod = { uid: 'u', name: 'web', namespace: 'default' };
  const held = { id: 'new', pod, name: 'main', attempt: 1, phase: 'running', createdAtMs: 0, sandboxId: '', image: '', imageId: '', backOffMs: 0, oomKilled: false, stopSignal: '', graceSeconds: 0 } as const;
  const answersTo = async (request: { previous?: boolean; container?: string; follow?: boolean }): Promise<{ text: string; error: string | undefined; done: boolean }> => {
    const abort = new AbortController();
    let text = '', error: string | undefined, done = false;
    const finished = new Promise<void>((resolve) => {
      void serveRequests({
        nodeName: 'n', clock: systemClock, logger, signal: abort.signal,
        runtime: {
          inspectPod: () => Promise.resolve({ pod, sandboxes: [], containers: [held, { ...held, id: 'old', attempt: 0 }] }),
          logs: async function* (id) { yield `${id} one`; yield `${id} two`; },
        },
        client: {
          async *nodeRequests() {
            yield { id: 'r', podLogs: { podUid: 'u', container: 'main', timestamps: false, previous: false, follow: false, ...request } };
            await new Promise((wake) => abort.signal.addEventListener('abort', wake));
          },
          sendNodeResponse(response) {
            text += Buffer.from(response.data ?? '', 'base64').toString();
            error = response.error;
            if (response.done) {
              done = true;
              resolve();
            }
            return Promise.resolve(true);
          },
        },
      });
    });
    await finished;
    abort.abort();
    return { text, error, done };
  };
  it('get the log of the newest container, or of the one before, or the reason why not', async () => {
    expect(await answersTo({})).toEqual({ text: 'new one\nnew two\n', error: undefined, done: true });
    expect((await answersTo({ previous: true })).text).toBe('old one\nold two\n');
    expect((await answersTo({ container: 'none' })).error).toBe('container "none" has not started yet');
  });
});

describe('the command line', () => {
  it('has defaults, and tells what is wrong', () => {
    expect(readOptions([], { DOCKER_HOST: 'unix:///run/x.sock' }, 'machine')).toMatchObject({ server: 'http://127.0.0.1:7480/graphql', nodeName: 'machine', dockerSocket: '/run/x.sock', runtime: 'docker', clusterCIDR: '10.244.0.0/16' });
    expect(readOptions([], {}, 'm')?.clusterDNS).toEqual(['10.96.0.10']);
    expect(readOptions(['--service-cidr', '10.100.0.0/16'], {}, 'm')?.clusterDNS).toEqual(['10.100.0.10']);
    expect(readOptions(['--cluster-dns', '192.0.2.1', '--cluster-dns', '192.0.2.2'], {}, 'm')?.clusterDNS).toEqual(['192.0.2.1', '192.0.2.2']);
    expect(readOptions(['--cluster-dns', 'none'], {}, 'm')?.clusterDNS).toEqual([]);
    expect(() => readOptions(['--cluster-dns', 'dns.example'], {}, 'm')).toThrow('IPv4');
    expect(readOptions(['--runtime', 'simulated', '--nodes', '3', '--label', 'a=b=c'], {}, 'm')).toMatchObject({ nodes: 3, labels: { a: 'b=c' } });
    expect(readOptions(['--help'], {}, 'm')).toBeUndefined();
    for (const bad of [['--nodes', '2'], ['--nodes', '0'], ['--runtime', 'other'], ['--what']]) expect(() => readOptions(bad, {}, 'm')).toThrow();
    expect(() => readOptions([], { DOCKER_HOST: 'tcp://x:1' }, 'm')).toThrow('unix socket');
  });
  it('finds the address of the machine, not of a bridge', () => {
    const address = (at: string, internal = false) => [{ address: at, internal, family: 'IPv4' as const, netmask: '', mac: '', cidr: null }];
    expect(chooseNodeIP({ lo: address('127.0.0.1', true), docker0: address('172.17.0.1'), eth0: address('192.0.2.7') })).toBe('192.0.2.7');
    expect(chooseNodeIP({ lo: address('127.0.0.1', true) })).toBe('127.0.0.1');
  });
});
