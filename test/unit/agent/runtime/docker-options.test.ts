import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { contains, firstAddress } from '../../../../agent/runtime/docker/cidr.ts';
import { createLimit, EngineTimeout, engineMessage, ignoring, timed } from '../../../../agent/runtime/docker/calls.ts';
import { containerOptions, cpuQuota, cpuShares, sandboxOptions } from '../../../../agent/runtime/docker/create-options.ts';
import type { CreateContext } from '../../../../agent/runtime/docker/create-options.ts';
import { followProgress } from '../../../../agent/runtime/docker/follow-progress.ts';
import { canLowerOomScore } from '../../../../agent/runtime/docker/oom-privilege.ts';
import { pauseImage } from '../../../../agent/runtime/docker/pause-image.ts';
import { pauseProgram } from '../../../../agent/runtime/docker/pause-program.ts';
import { timeOf } from '../../../../agent/runtime/docker/observe.ts';
import type { ContainerSpec, SandboxSpec } from '../../../../agent/runtime/runtime.ts';

const pod = { uid: 'u-1', name: 'web', namespace: 'default' };
const context: CreateContext = { clusterId: 'c-1', network: 'bridge', pauseImage: 'sha256:pause', mayLowerOomScore: true };
const sandbox: SandboxSpec = { pod, attempt: 2, hostname: 'web', hostNetwork: false, hostPID: false, hostIPC: false, hostPorts: [{ hostPort: 8080, containerPort: 80, protocol: 'TCP' }], sysctls: {} };
const container: ContainerSpec = {
  pod, name: 'main', attempt: 1, sandboxId: 'pause-1', image: 'image:1', imageId: 'sha256:image', env: [{ name: 'A', value: 'b=c' }], mounts: [{ hostPath: '/h', containerPath: '/c', readOnly: true }],
  resources: { cpuRequestMillis: 250, cpuLimitMillis: 500, memoryLimitBytes: 2 ** 26, oomScoreAdj: -997 }, groups: [], privileged: false, readOnlyRoot: false, noNewPrivileges: true,
  capabilitiesAdd: ['NET_ADMIN'], capabilitiesDrop: ['ALL'], stdin: false, tty: false, pidNamespace: 'own', backOffMs: 10_000, graceSeconds: 30,
};

describe('Docker options', () => {
  it('of a sandbox: it holds network, IPC, hostname and ports', () => {
    expect(sandboxOptions(sandbox, context)).toMatchObject({
      name: 'k8s_POD_web_default_u-1_2', Image: 'sha256:pause', Hostname: 'web',
      Labels: { 'io.kubernetes.pod.name': 'web', 'io.kubernetes.pod.namespace': 'default', 'io.kubernetes.pod.uid': 'u-1', 'io.kubernetes.container.name': 'POD', 'dev.gantry.cluster': 'c-1', 'dev.gantry.attempt': '2' },
      HostConfig: { NetworkMode: 'bridge', IpcMode: 'shareable', PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } },
    });
    expect(sandboxOptions({ ...sandbox, hostNetwork: true }, context)).toMatchObject({ HostConfig: { NetworkMode: 'host', PortBindings: {} } });
    expect(sandboxOptions({ ...sandbox, hostNetwork: true }, context)).not.toHaveProperty('Hostname');
  });

  it('of a container: it joins the sandbox and is held to its resources', () => {
    expect(containerOptions(container, context)).toMatchObject({
      name: 'k8s_main_web_default_u-1_1', Image: 'sha256:image', Env: ['A=b=c'],
      Labels: { 'io.kubernetes.container.name': 'main', 'dev.gantry.sandbox': 'pause-1', 'dev.gantry.back-off-ms': '10000' },
      HostConfig: {
        NetworkMode: 'container:pause-1', IpcMode: 'container:pause-1', CpuShares: 256, CpuPeriod: 100_000, CpuQuota: 50_000, Memory: 2 ** 26, MemorySwap: 2 ** 26, OomScoreAdj: -997,
        Mounts: [{ Type: 'bind', Source: '/h', Target: '/c', ReadOnly: true }], CapAdd: ['NET_ADMIN'], CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'],
      },
    });
    expect(containerOptions(container, { ...context, mayLowerOomScore: false }).HostConfig?.OomScoreAdj).toBe(0);
    expect(containerOptions({ ...container, pidNamespace: 'pod' }, context).HostConfig?.PidMode).toBe('container:pause-1');
  });

  it.each([
    [undefined, undefined, undefined, undefined], [['a'], undefined, ['a'], []], [['a'], ['b'], ['a'], ['b']], [undefined, ['b'], undefined, ['b']],
  ] as const)('take command %s and args %s as the image is overridden', (command, args, Entrypoint, Cmd) => {
    const options = containerOptions({ ...container, command, args }, context);
    expect([options.Entrypoint, options.Cmd]).toEqual([Entrypoint, Cmd]);
  });

  it('translate processor amounts with their lower ends', () => {
    expect([cpuShares(0), cpuShares(1000), cpuQuota(1), cpuQuota(1500)]).toEqual([2, 1024, 1000, 150_000]);
  });
});

describe('the privilege to lower oom_score_adj', () => {
  it.each([['CapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n', true], ['CapEff:\t000001fffeffffff\nCapBnd:\t000001fffeffffff\n', false], ['', true]])('is read from %j', (status, expected) => {
    expect(canLowerOomScore(status)).toBe(expected);
  });
});

describe('the pause image', () => {
  it.each(['amd64', 'arm64'] as const)('for %s is a small static program, always the same', async (architecture) => {
    const program = pauseProgram(architecture);
    expect(program.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
    expect(program.length).toBeLessThan(400);
    expect(Number(program.readBigUInt64LE(24)) - 0x400000).toBeLessThan(program.length);
    const [one, other] = await Promise.all([pauseImage(architecture), pauseImage(architecture)]);
    expect(one.tar.equals(other.tar)).toBe(true);
    expect(one.id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(one.tar.includes(Buffer.from(`${createHash('sha256').update(program).digest('hex')}`))).toBe(false);
  });

  it('encodes arm64 as its assembler would', () => {
    const code = pauseProgram('arm64').subarray(120 + 40);
    const words = Array.from({ length: code.length / 4 }, (_, index) => code.readUInt32LE(index * 4).toString(16));
    // mov x0,#17; adr x1,-44; mov x2,#0; mov x3,#8; mov x8,#134; svc #0
    expect(words.slice(0, 6)).toEqual(['d2800220', '10fffea1', 'd2800002', 'd2800103', 'd28010c8', 'd4000001']);
    // cmp w0,#0; b.le -28; mov x0,#0; mov x8,#93; svc #0
    expect(words.slice(-5)).toEqual(['7100001f', '54ffff2d', 'd2800000', 'd2800ba8', 'd4000001']);
  });
});

describe('calls of the engine', () => {
  it('are given up after their time', async () => {
    await expect(timed('nothing', 5, () => new Promise(() => undefined))).rejects.toThrow(EngineTimeout);
    const outer = new AbortController();
    const waiting = timed('nothing', 10_000, () => new Promise(() => undefined), outer.signal);
    outer.abort(new Error('no longer wanted'));
    await expect(waiting).rejects.toThrow('no longer wanted');
  });
  it('let expected refusals pass and keep the engine\'s words', async () => {
    const gone = Object.assign(new Error('(HTTP code 404) …'), { statusCode: 404, json: { message: 'No such container' } });
    expect(await ignoring([404], Promise.reject(gone))).toBeUndefined();
    await expect(ignoring([409], Promise.reject(gone))).rejects.toThrow();
    expect(engineMessage(gone)).toBe('No such container');
  });
  it('fail when a line of progress tells of an error, wherever it stands', async () => {
    const progress = (...lines: object[]) => followProgress(Readable.from([lines.map((line) => JSON.stringify(line)).join('\r\n')]));
    await progress({ status: 'Pulling' }, { status: 'Done' });
    await expect(progress({ status: 'Pulling' }, { error: 'short', errorDetail: { message: 'the disk is full' } }, { status: 'Done' })).rejects.toThrow('the disk is full');
  });
  it('run no more at once than allowed', async () => {
    const limit = createLimit(2);
    let running = 0, most = 0;
    await Promise.all(Array.from({ length: 9 }, () => limit(async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
    })));
    expect([most, running]).toEqual([2, 0]);
  });
  it('run what is urgent before what waited longer', async () => {
    const limit = createLimit(1);
    const order: string[] = [];
    const run = (name: string, isUrgent: boolean) => limit(async () => { order.push(name); }, isUrgent);
    await Promise.all([run('first', false), run('second', false), run('urgent', true), run('third', false), run('urgent too', true)]);
    expect(order).toEqual(['first', 'urgent', 'urgent too', 'second', 'third']);
  });
  it('read times and ranges', () => {
    expect([timeOf('0001-01-01T00:00:00Z'), timeOf('2030-01-01T00:00:00.123456789Z')]).toEqual([undefined, Date.UTC(2030, 0, 1, 0, 0, 0, 123)]);
    expect([contains('10.244.0.0/16', '10.244.3.0/24'), contains('10.244.0.0/16', '172.17.0.0/16'), firstAddress('10.244.3.0/24')]).toEqual([true, false, '10.244.3.1']);
  });
});
