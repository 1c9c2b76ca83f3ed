import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ContainerState, ContainerStatus, PodPhase } from '../../../../src/model/object.ts';
import { isInitialized, planPhase } from '../../../../agent/kubelet/plan-phase.ts';
import type { PodPlan } from '../../../../agent/kubelet/pod-facts.ts';
import { container } from './pod-lives.ts';
import { storedPod } from './pod-model.ts';

const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } });
const state = fc.constantFrom<ContainerState>({ waiting: { reason: 'ContainerCreating' } }, { running: {} }, ended(0), ended(1));
const lastState = fc.constantFrom<ContainerState>({}, {}, ended(0), ended(1));
const statusOf = (name: string): fc.Arbitrary<ContainerStatus> => fc.record({ state, lastState, started: fc.boolean() })
  .map((more) => ({ name, ready: false, restartCount: 0, image: 'image:1', imageID: '', ...more }));

const plainPod = storedPod({ initContainers: [container('side', { restartPolicy: 'Always' }), container('init')], containers: [container('a'), container('b')] });
const inits = fc.tuple(statusOf('side'), statusOf('init')), mains = fc.tuple(statusOf('a'), statusOf('b'));
const stage = fc.constantFrom<PodPlan['stage']>('active', 'ending', 'ended');
const outcome = fc.option(fc.constantFrom<PodPhase & ('Succeeded' | 'Failed')>('Succeeded', 'Failed'), { nil: undefined, freq: 1 });
const planOf = (of: PodPlan['stage'], phase: 'Succeeded' | 'Failed' | undefined): PodPlan => ({ steps: [], waiting: new Map(), stage: of, outcome: phase && { phase } });

it('a Pod that has succeeded or failed stays so whatever its containers look like', () => {
  fc.assert(fc.property(fc.constantFrom<PodPhase>('Succeeded', 'Failed'), stage, outcome, inits, mains, (phase, of, told, initStatuses, statuses) => {
    expect(planPhase({ ...plainPod, status: { ...plainPod.status, phase } }, planOf(of, told), initStatuses, statuses)).toBe(phase);
  }));
});

it('a Pod ends when its plan has ended and not before: as the plan says, or well exactly if every container did', () => {
  fc.assert(fc.property(stage, outcome, inits, mains, (of, told, initStatuses, statuses) => {
    const phase = planPhase(plainPod, planOf(of, told), initStatuses, statuses);
    const endedWell = statuses.every((one) => (one.state.terminated ? one.state.terminated.exitCode : one.lastState.terminated?.exitCode) === 0);
    expect(['Succeeded', 'Failed'].includes(phase)).toBe(of === 'ended');
    if (of === 'ended') expect(phase).toBe(told ?? (endedWell ? 'Succeeded' : 'Failed'));
  }), { numRuns: 500 });
});

it('a living Pod is running exactly when it is initialized and each container has begun at least once', () => {
  fc.assert(fc.property(fc.constantFrom<PodPlan['stage']>('active', 'ending'), inits, mains, (of, initStatuses, statuses) => {
    const [side, init] = initStatuses;
    const initialized = statuses.some((one) => one.state.running) || (side.started === true && init.state.terminated?.exitCode === 0);
    const haveBegun = statuses.every((one) => one.state.waiting === undefined || one.lastState.terminated !== undefined);
    expect(isInitialized(plainPod, initStatuses, statuses)).toBe(initialized);
    expect(planPhase(plainPod, planOf(of, undefined), initStatuses, statuses)).toBe(initialized && haveBegun ? 'Running' : 'Pending');
  }));
});
