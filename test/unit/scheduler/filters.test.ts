import { expect, test } from 'vitest';
import type { Node, Pod } from '../../../src/model/object.ts';
import { explainRefusals } from '../../../src/scheduler/explain-refusals.ts';
import { podInfoOf } from '../../../src/scheduler/pod-info.ts';
import { schedule } from '../../../src/scheduler/schedule.ts';
import { aNode, aPod, clusterOf } from './objects.ts';
import type { PodSketch } from './objects.ts';

function answer(pod: Pod, nodes: readonly Node[], pods: readonly Pod[] = []): string {
  const decision = schedule(podInfoOf(pod), clusterOf(nodes, pods));
  return decision.type === 'placed' ? decision.nodeName : explainRefusals(decision.refusals);
}

const dedicated = { key: 'dedicated', value: 'db', effect: 'NoSchedule' } as const;
const required = (matchExpressions: readonly { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'; values?: readonly string[] }[]): PodSketch =>
  ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } } });

test('an empty cluster says so', () => {
  expect(answer(aPod('p'), [])).toBe('0/0 nodes are available: no node has joined the cluster yet.');
});

test('reasons are counted, the most frequent first', () => {
  const nodes = [aNode('a', { allocatable: { cpu: '1' } }), aNode('b', { allocatable: { cpu: '1' } }), aNode('c', { taints: [dedicated] })];
  expect(answer(aPod('p', { requests: { cpu: '2' } }), nodes)).toBe('0/3 nodes are available: 2 Insufficient cpu, 1 node(s) had untolerated taint {dedicated: db}.');
});

test.each<[string, PodSketch, string]>([
  ['nothing', {}, '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: db}.'],
  ['equal value', { tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'db' }] }, 'a'],
  ['other value', { tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'web' }] }, '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: db}.'],
  ['existence', { tolerations: [{ key: 'dedicated', operator: 'Exists' }] }, 'a'],
  ['another effect', { tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }] }, '0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: db}.'],
  ['everything', { tolerations: [{ operator: 'Exists' }] }, 'a'],
])('a taint is met by a Pod that tolerates %s', (_, sketch, expected) => {
  expect(answer(aPod('p', sketch), [aNode('a', { taints: [dedicated] })])).toBe(expected);
});

test('a cordoned node takes only a Pod that tolerates it', () => {
  const nodes = [aNode('a', { unschedulable: true })];
  expect(answer(aPod('p'), nodes)).toBe('0/1 nodes are available: 1 node(s) were unschedulable.');
  expect(answer(aPod('p', { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] }), nodes)).toBe('a');
});

test.each<[PodSketch, boolean]>([
  [{ nodeSelector: { disk: 'ssd' } }, true],
  [{ nodeSelector: { disk: 'hdd' } }, false],
  [required([{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }]), true],
  [required([{ key: 'disk', operator: 'NotIn', values: ['ssd'] }]), false],
  [required([{ key: 'zone', operator: 'NotIn', values: ['x'] }]), true],
  [required([{ key: 'disk', operator: 'Exists' }, { key: 'zone', operator: 'DoesNotExist' }]), true],
  [required([{ key: 'cores', operator: 'Gt', values: ['7'] }]), true],
  [required([{ key: 'cores', operator: 'Lt', values: ['8'] }]), false],
  [required([{ key: 'disk', operator: 'Gt', values: ['1'] }]), false],
  [required([]), false],
  [{ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }] } } } }, true],
])('node labels: %j', (sketch, matches) => {
  expect(answer(aPod('p', sketch), [aNode('a', { labels: { disk: 'ssd', cores: '8' } })])).toBe(matches ? 'a' : "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
});

test.each<[NonNullable<PodSketch['hostPorts']>[number], boolean]>([
  [{ hostPort: 80, protocol: 'TCP' }, false],
  [{ hostPort: 80, hostIP: '10.0.0.1', protocol: 'TCP' }, false],
  [{ hostPort: 80, protocol: 'UDP' }, true],
  [{ hostPort: 81, hostIP: '10.0.0.1', protocol: 'TCP' }, false],
  [{ hostPort: 81, hostIP: '10.0.0.2', protocol: 'TCP' }, true],
  [{ hostPort: 81, hostIP: '0.0.0.0', protocol: 'TCP' }, false],
])('host port %j beside 0.0.0.0:80 and 10.0.0.1:81', (port, isFree) => {
  const taken = aPod('q', { nodeName: 'a', hostPorts: [{ hostPort: 80, protocol: 'TCP' }, { hostPort: 81, hostIP: '10.0.0.1', protocol: 'TCP' }] });
  expect(answer(aPod('p', { hostPorts: [port] }), [aNode('a')], [taken])).toBe(isFree ? 'a' : "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.");
});

test('what is missing is named, each resource of its own', () => {
  const node = aNode('a', { allocatable: { cpu: '1', memory: '1Gi', pods: '1' } });
  const pod = aPod('p', { requests: { cpu: '500m', memory: '2Gi', 'example.com/gpu': '1' } });
  expect(answer(pod, [node], [aPod('q', { nodeName: 'a', requests: { cpu: '600m' } })]))
    .toBe('0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/gpu, 1 Insufficient memory, 1 Too many pods.');
  expect(answer(aPod('p', { requests: { cpu: '1', memory: '1Gi' } }), [node], [aPod('q', { nodeName: 'a', requests: { cpu: '1' }, phase: 'Succeeded' })])).toBe('a');
});

test('a Pod needs its hungriest init container or all that runs later, with its sidecars', () => {
  const fits = (cpu: string, sketch: PodSketch): boolean => answer(aPod('p', sketch), [aNode('a', { allocatable: { cpu } })]) === 'a';
  const bigInit: PodSketch = { requests: { cpu: '1' }, init: [{ requests: { cpu: '3' } }, { requests: { cpu: '2' } }] };
  expect([fits('3', bigInit), fits('2999m', bigInit)]).toEqual([true, false]);
  const sidecar: PodSketch = { requests: { cpu: '1' }, init: [{ requests: { cpu: '2' }, isSidecar: true }, { requests: { cpu: '500m' } }] };
  expect([fits('3', sidecar), fits('2999m', sidecar)]).toEqual([true, false]);
  const initAfterSidecar: PodSketch = { requests: { cpu: '1' }, init: [{ requests: { cpu: '2' }, isSidecar: true }, { requests: { cpu: '1500m' } }] };
  expect([fits('3500m', initAfterSidecar), fits('3499m', initAfterSidecar)]).toEqual([true, false]);
});
