import fc from 'fast-check';
import { expect, test } from 'vitest';
import { revisionOf } from '../../../../src/controllers/deployment/annotations.ts';
import { RolloutSimulation } from './rollout-simulation.ts';
import type { Step } from './rollout-simulation.ts';

const pick = fc.nat(50);
const quiet: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ type: 'deployment' }) },
  { weight: 4, arbitrary: pick.map((chosen): Step => ({ type: 'replica-set', pick: chosen })) },
  { weight: 5, arbitrary: pick.map((chosen): Step => ({ type: 'pod-ready', pick: chosen })) },
  { weight: 2, arbitrary: pick.map((chosen): Step => ({ type: 'pod-gone', pick: chosen })) },
);
const amount = fc.oneof(fc.nat(5), fc.nat(100).map((percent) => `${percent}%`));
const bounds = fc.record({ maxSurge: amount, maxUnavailable: amount }).filter(({ maxSurge, maxUnavailable }) => ![maxSurge, maxUnavailable].every((value) => value === 0 || value === '0%'));

function started(replicas: number, rollingUpdate: { readonly maxSurge: number | string; readonly maxUnavailable: number | string }): RolloutSimulation {
  const simulation = new RolloutSimulation({ replicas, strategy: { type: 'RollingUpdate', rollingUpdate } });
  simulation.settle();
  expect(simulation.available).toHaveLength(replicas);
  return simulation;
}

function expectDone(simulation: RolloutSimulation, image: string): void {
  const { replicas } = simulation.deployment.spec;
  expect(simulation.active.map((pod) => pod.spec.containers[0]?.image)).toEqual(Array.from({ length: replicas }, () => image));
  expect(simulation.deployment.status).toMatchObject({ replicas, updatedReplicas: replicas, availableReplicas: replicas, observedGeneration: simulation.deployment.metadata.generation });
}

test('10 Pods at 25%/25%: at every event at least 8 are available and at most 13 exist', () => {
  fc.assert(fc.property(fc.array(quiet, { maxLength: 80 }), (steps) => {
    const simulation = started(10, { maxSurge: '25%', maxUnavailable: '25%' });
    const sample = (): void => {
      const seen = { available: simulation.available.length, active: simulation.active.length };
      if (seen.available < 8 || seen.active > 13) throw new Error(JSON.stringify(seen));
    };
    simulation.setImage('web:2');
    for (const step of steps) { simulation.step(step); sample(); }
    simulation.settle(sample);
    expectDone(simulation, 'web:2');
  }), { numRuns: 25 });
});

test('any size and bounds: no deletion goes below the floor, no creation above the ceiling, and it ends', () => {
  const events = fc.oneof(
    { weight: 12, arbitrary: quiet },
    { weight: 1, arbitrary: pick.map((chosen): Step => ({ type: 'pod-fails', pick: chosen })) },
    { weight: 1, arbitrary: fc.nat(12).map((replicas) => ({ type: 'scale' as const, replicas })) },
    { weight: 1, arbitrary: fc.nat(3).map((version) => ({ type: 'image' as const, version })) },
    { weight: 1, arbitrary: fc.boolean().map((paused) => ({ type: 'pause' as const, paused })) },
  );
  fc.assert(fc.property(fc.nat(12), bounds, fc.array(events, { maxLength: 120 }), (replicas, rollingUpdate, steps) => {
    const simulation = started(replicas, rollingUpdate);
    for (const step of steps) {
      if (step.type === 'scale') simulation.edit({ replicas: step.replicas });
      else if (step.type === 'image') simulation.setImage(`web:${step.version}`);
      else if (step.type === 'pause') simulation.edit({ paused: step.paused });
      else simulation.step(step);
    }
    simulation.edit({ paused: false });
    simulation.setImage('web:last');
    simulation.settle();
    expectDone(simulation, 'web:last');
  }), { numRuns: 60 });
});

test('one Pod with a surge of 1% and 25% unavailable: one more, then one less', () => {
  const simulation = started(1, { maxSurge: '1%', maxUnavailable: '25%' });
  const counts = countsDuring(simulation);
  expect(counts).toEqual(['1', '1+1', '0+1']);
});

test('two Pods with no surge and 1% unavailable: one less, one more, one less, one more', () => {
  const simulation = started(2, { maxSurge: 0, maxUnavailable: '1%' });
  expect(countsDuring(simulation)).toEqual(['2', '1+0', '1+1', '0+1', '0+2']);
});

test('a rollback uses the old ReplicaSet again, with a new highest revision', () => {
  const simulation = started(3, { maxSurge: 1, maxUnavailable: 0 });
  simulation.setImage('web:2');
  simulation.settle();
  expect(simulation.replicaSets.map(revisionOf).toSorted()).toEqual([1, 2]);
  simulation.setImage('web:1');
  simulation.settle();
  expectDone(simulation, 'web:1');
  expect(simulation.replicaSets).toHaveLength(2);
  const current = simulation.replicaSets.find((set) => set.spec.replicas === 3);
  expect(current && revisionOf(current)).toBe(3);
  expect(current?.metadata.annotations['deployment.kubernetes.io/revision-history']).toBe('1');
  expect(revisionOf(simulation.deployment)).toBe(3);
});

test('scaling makes no revision; edits while paused make one rollout when resumed', () => {
  const simulation = started(3, { maxSurge: 1, maxUnavailable: 0 });
  simulation.edit({ replicas: 5 });
  simulation.settle();
  expect(revisionOf(simulation.deployment)).toBe(1);
  simulation.edit({ paused: true });
  simulation.setImage('web:2');
  simulation.settle();
  simulation.setImage('web:3');
  simulation.edit({ replicas: 4 });
  simulation.settle();
  expect(simulation.replicaSets).toHaveLength(1);
  expect(simulation.active).toHaveLength(4);
  simulation.edit({ paused: false });
  simulation.settle();
  expectDone(simulation, 'web:3');
  expect(simulation.replicaSets).toHaveLength(2);
});

test('only revisionHistoryLimit old ReplicaSets are kept, the latest ones', () => {
  const simulation = started(1, { maxSurge: 1, maxUnavailable: 0 });
  simulation.edit({ revisionHistoryLimit: 2 });
  for (let version = 2; version <= 6; version += 1) {
    simulation.setImage(`web:${version}`);
    simulation.settle();
  }
  expect(simulation.replicaSets.map(revisionOf).toSorted()).toEqual([4, 5, 6]);
});

test('Recreate never runs old and new Pods together, not even old ones that are still stopping', () => {
  fc.assert(fc.property(fc.array(quiet, { maxLength: 50 }), fc.integer({ min: 1, max: 6 }), (steps, replicas) => {
    const simulation = new RolloutSimulation({ replicas, strategy: { type: 'Recreate' } });
    simulation.settle();
    simulation.setImage('web:2');
    const sample = (): void => {
      expect(new Set(simulation.cluster.snapshot.list('Pod').map((pod) => pod.spec.containers[0]?.image)).size).toBeLessThanOrEqual(1);
    };
    for (const step of steps) { simulation.step(step); sample(); }
    simulation.settle(sample);
    expectDone(simulation, 'web:2');
  }), { numRuns: 20 });
});

/** The sizes of old and new ReplicaSet, each time they change, during a rollout in which Pods become ready at once. */
function countsDuring(simulation: RolloutSimulation): readonly string[] {
  const seen: string[] = [];
  simulation.setImage('web:2');
  simulation.settle(() => {
    const sizes = simulation.replicaSets.toSorted((one, other) => revisionOf(one) - revisionOf(other)).map((set) => set.spec.replicas).join('+');
    if (seen.at(-1) !== sizes) seen.push(sizes);
  });
  return seen[0] === undefined || seen[0].includes('+') ? [String(simulation.deployment.spec.replicas), ...seen] : seen;
}
