import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conditionOf, isConditionTrue } from '../../../../src/model/conditions.ts';
import type { Node } from '../../../../src/model/object.ts';
import { isWorthReporting, leastFreeDisk, planNodeStatus, reportAnywayMs, reservedMemoryBytes } from '../../../../agent/node/plan-node-status.ts';
import type { NodeObservation } from '../../../../agent/node/plan-node-status.ts';

const gibibyte = 2 ** 30;
const observation: fc.Arbitrary<NodeObservation> = fc.record({
  nodeName: fc.constant('node-1'), nodeIP: fc.constantFrom('192.0.2.1', '192.0.2.2'), info: fc.constant(undefined),
  facts: fc.option(fc.record({
    version: fc.constant('docker://1'), operatingSystem: fc.constant('Linux'), kernelVersion: fc.constant('6'), architecture: fc.constant('amd64'),
    cpus: fc.integer({ min: 1, max: 64 }), memoryBytes: fc.nat(gibibyte),
  }), { nil: undefined }),
  use: fc.record({ memoryAvailableBytes: fc.nat(2 * reservedMemoryBytes), diskBytes: fc.integer({ min: 100, max: 1000 }), diskAvailableBytes: fc.nat(100), engineDisk: fc.option(fc.record({ folder: fc.constant('/data'), bytes: fc.integer({ min: 100, max: 1000 }), availableBytes: fc.nat(100) }), { nil: undefined }) }),
  images: fc.array(fc.record({ id: fc.stringMatching(/^sha256:[0-9a-f]{4}$/), names: fc.subarray(['a:1', 'b:1']), sizeBytes: fc.nat(1000), user: fc.constant('') }), { maxLength: 70 }),
  problem: fc.option(fc.constant({ reason: 'DockerNotResponding', message: 'away' }), { nil: undefined }),
  networkProblem: fc.option(fc.constant('no range'), { nil: undefined }),
});
const observations = fc.array(fc.record({ seen: observation, afterMs: fc.nat(400_000) }), { minLength: 1, maxLength: 8 });
const foreign = { type: 'SomebodyElses', status: 'True', reason: 'Because', lastTransitionTime: '2030-01-01T00:00:00.000Z' } as const;
const empty: Node['status'] = { conditions: [foreign], addresses: [], images: [] };

/** Every status in a row of them, each after the one before. */
function inARow(steps: readonly { readonly seen: NodeObservation; readonly afterMs: number }[], look: (before: Node['status'], status: Node['status'], seen: NodeObservation, nowMs: number) => void): void {
  let before = empty, nowMs = 0;
  for (const { seen, afterMs } of steps) {
    nowMs += afterMs;
    const status = planNodeStatus(before, seen, nowMs);
    look(before, status, seen, nowMs);
    before = status;
  }
}
const nodeOf = (status: Node['status']): Node => ({
  apiVersion: 'v1', kind: 'Node', spec: { unschedulable: false, taints: [] }, status,
  metadata: { uid: 'u', name: 'node-1', labels: {}, annotations: {}, creationTimestamp: '2030-01-01T00:00:00.000Z', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [] },
});

it('each condition says what was seen: ready without any problem only, pressure exactly below the limits', () => {
  fc.assert(fc.property(observations, (steps) => inARow(steps, (_, { conditions }, { problem, networkProblem, use }) => {
    expect(isConditionTrue(conditions, 'Ready')).toBe(problem === undefined && networkProblem === undefined);
    expect(isConditionTrue(conditions, 'NetworkUnavailable')).toBe(networkProblem !== undefined);
    expect(isConditionTrue(conditions, 'MemoryPressure')).toBe(use.memoryAvailableBytes < reservedMemoryBytes);
    const disks = [{ bytes: use.diskBytes, availableBytes: use.diskAvailableBytes }, ...(use.engineDisk ? [use.engineDisk] : [])];
    expect(isConditionTrue(conditions, 'DiskPressure')).toBe(disks.some(({ bytes, availableBytes }) => availableBytes < bytes * leastFreeDisk));
    expect(new Set(conditions.map(({ type }) => type)).size).toBe(conditions.length);
    expect(conditionOf(conditions, foreign.type)).toEqual(foreign);
  })));
});

it('the time of a condition is that of its last turn, and its heartbeat that of the last look', () => {
  fc.assert(fc.property(observations, (steps) => inARow(steps, (before, status, _, nowMs) => {
    const now = new Date(nowMs).toISOString();
    for (const condition of status.conditions.filter(({ type }) => type !== foreign.type)) {
      const earlier = conditionOf(before.conditions, condition.type);
      expect(condition).toMatchObject({ lastHeartbeatTime: now, lastTransitionTime: earlier?.status === condition.status ? earlier.lastTransitionTime : now });
    }
  })));
});

it('Pods are never promised more than there is; without an answer of the engine the last amounts and images stay', () => {
  fc.assert(fc.property(observations, (steps) => inARow(steps, (before, status, { facts, images }) => {
    const { capacity, allocatable } = status;
    if (!facts) {
      expect([capacity, allocatable, status.images]).toEqual([before.capacity, before.allocatable, before.images]);
      return;
    }
    const kibibytes = (text = ''): number => Number(/^(\d+)Ki$/.exec(text)?.[1]);
    expect(kibibytes(capacity?.['memory']) * 1024).toBeLessThanOrEqual(facts.memoryBytes);
    expect(kibibytes(allocatable?.['memory']) * 1024).toBeLessThanOrEqual(Math.max(0, facts.memoryBytes - reservedMemoryBytes));
    const shown = status.images.map(({ sizeBytes = 0 }) => sizeBytes);
    expect(shown).toEqual(images.map(({ sizeBytes }) => sizeBytes).sort((a, b) => b - a).slice(0, 50));
    expect(status.images.filter(({ names }) => names.length === 0)).toEqual([]);
  })));
});

it('a status is written again when something seen has changed and after five minutes, and not for the passing of time alone', () => {
  fc.assert(fc.property(observation, observation, fc.nat(2 * reportAnywayMs), (first, second, laterMs) => {
    const held = nodeOf(planNodeStatus(empty, first, 0));
    const same = planNodeStatus(held.status, first, laterMs);
    expect(isWorthReporting(held, same, laterMs)).toBe(laterMs >= reportAnywayMs);
    const next = planNodeStatus(held.status, second, 0);
    const truths = (status: Node['status']): string => JSON.stringify(status.conditions.map(({ type, status: truth, reason }) => [type, truth, reason]));
    const turned = truths(next) !== truths(held.status) || next.capacity?.['cpu'] !== held.status.capacity?.['cpu'] || next.addresses[0]?.address !== held.status.addresses[0]?.address;
    if (turned) expect(isWorthReporting(held, next, 0)).toBe(true);
  }));
});
