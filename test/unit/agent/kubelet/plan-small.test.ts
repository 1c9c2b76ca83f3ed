import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isImageName } from '../../../../agent/kubelet/ensure-image.ts';
import { planHostsFile } from '../../../../agent/kubelet/hosts-file.ts';
import { planBackOff } from '../../../../agent/kubelet/plan-back-off.ts';
import { terminatedState } from '../../../../agent/kubelet/plan-container-status.ts';
import { planOomScore } from '../../../../agent/kubelet/plan-oom-score.ts';
import { planProbeState, planProbeTime, unprobed } from '../../../../agent/kubelet/probes/plan-probe.ts';
import { healthRequest, isServing } from '../../../../agent/kubelet/probes/grpc.ts';
import { sandboxSpec } from '../../../../agent/kubelet/container-spec.ts';
import { formatResolvConf, planResolvConf } from '../../../../agent/kubelet/resolv-conf.ts';
import { isSame } from '../../../../agent/kubelet/same-status.ts';
import { PodModel, storedPod } from './pod-model.ts';

const plain = { name: 'main', image: 'image' };

describe('back-off', () => {
  it('never shrinks below the wait before it, nor grows over 300 s, until a clean run', () => {
    fc.assert(fc.property(fc.constantFrom(0, 10_000, 40_000, 160_000, 300_000), fc.nat(2_000_000), (backOffMs, ranMs) => {
      const next = planBackOff({ backOffMs, createdAtMs: 0, startedAtMs: 1000, finishedAtMs: 1000 + ranMs });
      expect(next.nextBackOffMs).toBeLessThanOrEqual(300_000);
      expect(next.nextBackOffMs).toBeGreaterThanOrEqual(ranMs >= 600_000 ? 10_000 : Math.min(300_000, Math.max(10_000, backOffMs)));
      expect(next.notBeforeMs - 1000 - ranMs).toBe(ranMs >= 600_000 ? 0 : backOffMs);
    }));
  });
});

describe('probes', () => {
  const rule = { initialDelaySeconds: 5, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  it('begin after their delay and go on by their period', () => {
    expect(planProbeTime(rule, unprobed, 1000, 0)).toBe(6000);
    expect(planProbeTime(rule, unprobed, 1000, 30_000)).toBe(30_000);
    expect(planProbeTime(rule, { ...unprobed, lastAtMs: 8000 }, 1000, 0)).toBe(18_000);
  });
  it('turn only after as many equal outcomes in a row as their threshold says', () => {
    fc.assert(fc.property(fc.array(fc.boolean()), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (outcomes, successThreshold, failureThreshold) => {
      let state = unprobed;
      outcomes.forEach((ok, index) => {
        const before = state.result;
        state = planProbeState({ ...rule, successThreshold, failureThreshold }, state, ok, index);
        const wanted = ok ? successThreshold : failureThreshold;
        const enough = outcomes.slice(Math.max(0, index + 1 - wanted), index + 1);
        const turns = enough.length === wanted && enough.every((outcome) => outcome === ok);
        expect(state.result).toBe(turns ? (ok ? 'success' : 'failure') : before);
      });
    }));
  });
  it('speak the gRPC health protocol', () => {
    expect([...healthRequest('ab')]).toEqual([0, 0, 0, 0, 4, 0x0a, 2, 0x61, 0x62]);
    expect([isServing(Buffer.from([0, 0, 0, 0, 2, 8, 1])), isServing(Buffer.from([0, 0, 0, 0, 2, 8, 2])), isServing(Buffer.alloc(0))]).toEqual([true, false, false]);
  });
});

describe('how a container ended', () => {
  const model = new PodModel(storedPod({ containers: [plain] }));
  model.settle();
  const ended = { ...model.newest('main')!, phase: 'exited' as const, finishedAtMs: model.nowMs };
  const state = (more: object) => terminatedState({ ...ended, ...more }, new Map([[ended.id, 'last words']]));
  it('is OOMKilled only with exit code 137', () => {
    expect(state({ exitCode: 137, oomKilled: true })).toMatchObject({ reason: 'OOMKilled', exitCode: 137, message: 'last words' });
    expect(state({ exitCode: 1, oomKilled: true }).reason).toBe('Error');
    expect(state({ exitCode: 0, oomKilled: true }).reason).toBe('Completed');
    expect(state({ exitCode: 127, startError: 'no such file' })).toMatchObject({ reason: 'ContainerCannotRun', message: 'last words' });
  });
});

describe('small plans', () => {
  it('score processes for the out-of-memory killer by class', () => {
    const score = (resources: object): number => {
      const pod = storedPod({ containers: [{ ...plain, resources }] });
      return planOomScore(pod, pod.spec.containers[0]!, 4 * 2 ** 30);
    };
    expect(score({})).toBe(1000);
    expect(score({ limits: { cpu: '1', memory: '1Gi' } })).toBe(-997);
    expect(score({ requests: { memory: '1Gi' } })).toBe(750);
    expect([score({ requests: { cpu: '1' } }), score({ requests: { memory: '64Gi' } })]).toEqual([999, 2]);
  });
  it('know what can name an image', () => {
    expect(['busybox', 'a/b:1', 'host.example:5000/a/b@sha256:'.concat('0'.repeat(64)), 'localhost/x_y:latest', `sha256:${'a'.repeat(64)}`].filter((name) => !isImageName(name))).toEqual([]);
    expect(['', 'Upper', 'a b', ':1', 'a:', 'a//b'].filter(isImageName)).toEqual([]);
  });
  it('write resolv.conf by the DNS policy', () => {
    const context = { clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', nodeResolvConf: 'search home\nnameserver 192.0.2.53 # router\n' };
    const written = (spec: object, more = {}): string => formatResolvConf(planResolvConf(storedPod({ containers: [plain], ...spec }), { ...context, ...more }));
    expect(written({})).toBe('search default.svc.cluster.local svc.cluster.local cluster.local home\nnameserver 10.96.0.10\noptions ndots:5\n');
    expect(written({ dnsPolicy: 'Default' })).toBe('search home\nnameserver 192.0.2.53\n');
    expect(written({}, { clusterDNS: [] })).toBe('search home\nnameserver 192.0.2.53\n');
    expect(written({ hostNetwork: true })).toBe('search home\nnameserver 192.0.2.53\n');
    expect(written({ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }] } })).toBe('nameserver 1.1.1.1\noptions ndots:2\n');
    expect(written({ dnsConfig: { options: [{ name: 'ndots', value: '2' }] } })).toContain('options ndots:2\n');
  });
  it('write hosts with the name of the Pod and its aliases', () => {
    const pod = storedPod({ containers: [plain], hostname: 'db', subdomain: 'sub', hostAliases: [{ ip: '192.0.2.9', hostnames: ['a', 'b'] }] });
    expect(planHostsFile(pod, '10.244.0.5', 'cluster.local').split('\n').slice(-3)).toEqual(['10.244.0.5\tdb.sub.default.svc.cluster.local\tdb', '192.0.2.9\ta\tb', '']);
  });
  it('name the Pod by its full name where it asks for it, if the kernel takes it', () => {
    const named = (spec: object) => sandboxSpec(storedPod({ containers: [plain], hostname: 'db', ...spec }), 0, 'cluster.local').hostname;
    expect(named({ subdomain: 'sub', setHostnameAsFQDN: true })).toBe('db.sub.default.svc.cluster.local');
    expect([named({ setHostnameAsFQDN: true }), named({ subdomain: 'sub' })]).toEqual(['db', 'db']);
    expect(() => named({ subdomain: 's'.repeat(40), setHostnameAsFQDN: true })).toThrow(/too long for a host name \(69 characters, at most 64\)/);
  });
  it('compare without regard to the order of keys', () => {
    expect(isSame({ a: 1, b: { c: [1], d: undefined } }, { b: { c: [1] }, a: 1 })).toBe(true);
    expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });
});
