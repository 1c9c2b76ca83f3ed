import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/index.ts';
import type { EndpointSliceInput, EndpointsInput, EventInput, NodeInput, NodeStatus, PodDisruptionBudgetInput } from '../../../src/model/object.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';
import { pathsOf, problemsOf, updateProblemsOf } from './problems.ts';

describe('a Namespace', () => {
  const namespace = minimalInput('Namespace');
  it('is held by its finalizer until its content is gone', () => {
    expect(kinds.Namespace.applyDefaults(namespace)).toEqual({ spec: { finalizers: ['kubernetes'] } });
    expect(kinds.Namespace.applyDefaults({ ...namespace, spec: { finalizers: [] } })).toEqual({ spec: { finalizers: [] } });
  });

  it('refuses a finalizer that is none, and a new one while it is deleted', () => {
    expect(pathsOf(problemsOf('Namespace', { ...namespace, spec: { finalizers: ['a b'] } }))).toEqual(['spec.finalizers[0]']);
    const deleted = storedObject('Namespace', { ...namespace, spec: { finalizers: [] } }, { deletionTimestamp: '2030-01-01T00:00:00.000Z' });
    expect(pathsOf(kinds.Namespace.validateUpdate({ ...deleted, spec: { finalizers: ['a'] } }, deleted))).toEqual(['spec.finalizers[0]']);
  });
});

describe('a Node', () => {
  const node = minimalInput('Node');
  it.each<readonly [string, NonNullable<NodeInput['spec']>, string]>([
    ['a taint with a wrong key', { taints: [{ key: 'a b', effect: 'NoSchedule' }] }, 'spec.taints[0].key'],
    ['a taint with a wrong value', { taints: [{ key: 'a', value: '-', effect: 'NoSchedule' }] }, 'spec.taints[0].value'],
    ['a taint twice', { taints: [{ key: 'a', effect: 'NoSchedule' }, { key: 'a', value: 'b', effect: 'NoSchedule' }] }, 'spec.taints[1]'],
    ['a range that is none', { podCIDR: '10.244.0.0' }, 'spec.podCIDRs[0]'],
    ['a list that starts with another range', { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.2.0/24'] }, 'spec.podCIDRs'],
  ])('is refused with %s', (_what, spec, path) => {
    expect(pathsOf(problemsOf('Node', { ...node, spec }))).toEqual([path]);
  });

  it('takes one key with two effects', () => {
    expect(problemsOf('Node', { ...node, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }, { key: 'a', effect: 'NoExecute' }] } })).toEqual([]);
  });

  it('keeps its range of addresses', () => {
    const withRange = { ...node, spec: { podCIDR: '10.244.1.0/24' } };
    expect(pathsOf(updateProblemsOf('Node', withRange, { ...node, spec: { podCIDR: '10.244.2.0/24' } }))).toEqual(['spec.podCIDR']);
    expect(updateProblemsOf('Node', node, withRange)).toEqual([]);
    expect(kinds.Node.carryOver?.(kinds.Node.applyDefaults(node), kinds.Node.applyDefaults(withRange)).spec).toMatchObject({ podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] });
  });

  it.each<readonly [string, Partial<NodeStatus>, string]>([
    ['an amount that is none', { capacity: { cpu: 'many' } }, 'status.capacity[cpu]'],
    ['a resource nobody knows', { allocatable: { gpu: '1' } }, 'status.allocatable[gpu]'],
    ['a condition twice', { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Ready', status: 'True' }] }, 'status.conditions[1].type'],
  ])('is refused with a status with %s', (_what, change, path) => {
    const { status } = storedObject('Node', node);
    expect(pathsOf(kinds.Node.validateStatus?.({ ...status, ...change }, status) ?? [])).toEqual([path]);
  });
});

describe('a PodDisruptionBudget', () => {
  const budget = minimalInput('PodDisruptionBudget');
  it.each<readonly [string, PodDisruptionBudgetInput['spec'], string]>([
    ['no limit', {}, 'spec'],
    ['two limits', { minAvailable: 1, maxUnavailable: 1 }, 'spec'],
    ['a number below zero', { minAvailable: -1 }, 'spec.minAvailable'],
    ['a share that is none', { maxUnavailable: 'half' }, 'spec.maxUnavailable'],
    ['more than all', { minAvailable: '101%' }, 'spec.minAvailable'],
    ['a selector without values', { minAvailable: 1, selector: { matchExpressions: [{ key: 'app', operator: 'In' }] } }, 'spec.selector.matchExpressions[0].values'],
  ])('is refused with %s', (_what, spec, path) => {
    expect(pathsOf(problemsOf('PodDisruptionBudget', { ...budget, spec }))).toEqual([path]);
  });

  it('may change its limits, and takes an empty selector', () => {
    expect(problemsOf('PodDisruptionBudget', { ...budget, spec: { maxUnavailable: '100%', selector: {} } })).toEqual([]);
    expect(updateProblemsOf('PodDisruptionBudget', budget, { ...budget, spec: { maxUnavailable: 0 } })).toEqual([]);
  });

  it('refuses a status with counts below zero or times that are none', () => {
    const { status } = storedObject('PodDisruptionBudget', budget);
    expect(pathsOf(kinds.PodDisruptionBudget.validateStatus?.({ ...status, disruptionsAllowed: -1, disruptedPods: { a: 'soon' } }, status) ?? [])).toEqual(['status.disruptionsAllowed', 'status.disruptedPods[a]']);
  });
});

describe('an EndpointSlice', () => {
  const slice = minimalInput('EndpointSlice');
  it.each<readonly [string, Partial<EndpointSliceInput>, string]>([
    ['an endpoint without address', { endpoints: [{ addresses: [] }] }, 'endpoints[0].addresses'],
    ['an address of another type', { endpoints: [{ addresses: ['fd00::1'] }] }, 'endpoints[0].addresses[0]'],
    ['an address of this machine alone', { endpoints: [{ addresses: ['127.0.0.1'] }] }, 'endpoints[0].addresses[0]'],
    ['too many endpoints', { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] })) }, 'endpoints'],
    ['a wrong hostname', { endpoints: [{ addresses: ['10.0.0.1'], hostname: 'a.b' }] }, 'endpoints[0].hostname'],
    ['a port of 0', { ports: [{ port: 0 }] }, 'ports[0].port'],
    ['a port name twice', { ports: [{ port: 80 }, { port: 81 }] }, 'ports[1].name'],
    ['a name for an address', { addressType: 'FQDN', endpoints: [{ addresses: ['a_b'] }] }, 'endpoints[0].addresses[0]'],
  ])('is refused with %s', (_what, content, path) => {
    expect(pathsOf(problemsOf('EndpointSlice', { ...slice, ...content }))).toEqual([path]);
  });

  it('lets serving follow ready', () => {
    const { endpoints } = kinds.EndpointSlice.applyDefaults({ ...slice, endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'], conditions: { ready: false } }] });
    expect(endpoints.map((endpoint) => endpoint.conditions)).toEqual([{ ready: true, serving: true, terminating: false }, { ready: false, serving: false, terminating: false }]);
  });

  it('never changes its type of addresses', () => {
    expect(pathsOf(updateProblemsOf('EndpointSlice', slice, { ...slice, addressType: 'IPv6' }))).toEqual(['addressType']);
  });
});

describe('Endpoints', () => {
  const address = [{ ip: '10.0.0.1' }], port = [{ port: 80 }];
  it.each<readonly [string, NonNullable<EndpointsInput['subsets']>[number], string]>([
    ['no address', { ports: port }, 'subsets[0]'],
    ['what is no address', { addresses: [{ ip: 'db.example.com' }], ports: port }, 'subsets[0].addresses[0].ip'],
    ['an address of this machine alone', { notReadyAddresses: [{ ip: '127.0.0.1' }], ports: port }, 'subsets[0].notReadyAddresses[0].ip'],
    ['a wrong hostname', { addresses: [{ ip: '10.0.0.1', hostname: 'a.b' }], ports: port }, 'subsets[0].addresses[0].hostname'],
    ['a wrong node', { addresses: [{ ip: '10.0.0.1', nodeName: 'A' }], ports: port }, 'subsets[0].addresses[0].nodeName'],
    ['a port without number', { addresses: address, ports: [{ name: 'web' }] }, 'subsets[0].ports[0].port'],
    ['a port above all', { addresses: address, ports: [{ port: 65_536 }] }, 'subsets[0].ports[0].port'],
    ['one of several ports without name', { addresses: address, ports: [{ name: 'web', port: 80 }, { port: 81 }] }, 'subsets[0].ports[1].name'],
    ['a name twice', { addresses: address, ports: [{ name: 'web', port: 80 }, { name: 'web', port: 81 }] }, 'subsets[0].ports[1].name'],
  ])('refuses %s', (_what, subset, path) => {
    expect(pathsOf(problemsOf('Endpoints', { ...minimalInput('Endpoints'), subsets: [subset] }))).toEqual([path]);
  });
});

describe('an Event', () => {
  const event: EventInput = minimalInput('Event');
  it.each<readonly [string, Partial<EventInput>, string]>([
    ['an object in another namespace', { involvedObject: { kind: 'Pod', namespace: 'other', name: 'web' } }, 'involvedObject.namespace'],
    ['an object without name', { involvedObject: { kind: 'Node', name: '' } }, 'involvedObject.name'],
    ['no reason', { reason: '' }, 'reason'],
    ['a count of 0', { count: 0 }, 'count'],
    ['an end before its start', { lastTimestamp: '2030-01-01T00:00:00.000Z' }, 'lastTimestamp'],
  ])('is refused with %s', (_what, content, path) => {
    expect(pathsOf(problemsOf('Event', { ...event, ...content }))).toEqual([path]);
  });

  it('about a cluster-scoped object lives in default, and may be counted up but not turned to another', () => {
    const aboutNode = { ...event, involvedObject: { kind: 'Node', name: 'node-1' } };
    expect(problemsOf('Event', aboutNode)).toEqual([]);
    expect(updateProblemsOf('Event', event, { ...event, count: 2 })).toEqual([]);
    expect(pathsOf(updateProblemsOf('Event', event, aboutNode))).toEqual(['involvedObject']);
  });
});

describe('claims', () => {
  it.each([['ClusterIPClaim', '10.96.0'], ['LoadBalancerIPClaim', 'fd00::1'], ['NodePortClaim', '65536'], ['NodePortClaim', '080'], ['PodCIDRClaim', '10.244.0.0']] as const)('%s %j is refused: its name is what it claims', (kind, name) => {
    expect(pathsOf(problemsOf(kind, minimalInput(kind, name)))).toEqual(['metadata.name']);
  });

  it.each(['ClusterIPClaim', 'LoadBalancerIPClaim', 'NodePortClaim', 'PodCIDRClaim'] as const)('%s never passes to another object', (kind) => {
    const claim = minimalInput(kind);
    expect(pathsOf(updateProblemsOf(kind, claim, { ...claim, spec: { claimedBy: { kind: 'Service', name: 'other' } } }))).toEqual(['spec']);
  });
});
