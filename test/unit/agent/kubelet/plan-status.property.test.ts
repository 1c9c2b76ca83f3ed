import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSidecar } from '../../../../src/kinds/pod/pod-resources.ts';
import { conditionOf, isConditionTrue } from '../../../../src/model/conditions.ts';
import type { PodStatus } from '../../../../src/model/object.ts';
import { planStatus } from '../../../../agent/kubelet/plan-status.ts';
import { befall, happenings, pods } from './pod-lives.ts';
import type { PodModel } from './pod-model.ts';

/** The status as it follows from what the machine holds now. */
function statusOf(model: PodModel): PodStatus {
  return planStatus({ ...model.facts(), pod: model.pod }, model.plan(), { hostIP: '192.0.2.1', messages: new Map(), isNodeNotReady: false }, model.nowMs);
}

/** Lives a life and shows every status on the way: before the agent has answered to what happened, and after. */
function live(make: () => PodModel, events: readonly Parameters<typeof befall>[1][], look: (status: PodStatus, model: PodModel, before: PodStatus) => void): void {
  const model = make();
  const show = (): void => {
    const status = statusOf(model);
    look(status, model, model.pod.status);
    model.pod = { ...model.pod, status };
  };
  show();
  for (const event of [undefined, ...events]) {
    if (event) befall(model, event);
    show();
    model.settle();
    show();
  }
}

const statuses = ({ initContainerStatuses, containerStatuses }: PodStatus) => [...initContainerStatuses, ...containerStatuses];

describe('the status of a Pod, whatever happens to it', () => {
  it('tells of every container in the order of the spec that it is in one state, running only if it runs, ready only if it runs or has done its part', () => {
    fc.assert(fc.property(pods, happenings, (make, events) => live(make, events, (status, model) => {
      const { initContainers, containers } = model.pod.spec;
      expect(statuses(status).map(({ name }) => name)).toEqual([...initContainers, ...containers].map(({ name }) => name));
      expect(statuses(status).flatMap(({ name, state }) => (state.running ? [name] : [])).sort()).toEqual(model.running());
      for (const one of statuses(status)) {
        expect(Object.keys(one.state)).toHaveLength(1);
        const isPlainInit = initContainers.some((init) => init.name === one.name && !isSidecar(init));
        if (one.ready) expect(isPlainInit ? one.state.running ?? one.state.terminated?.exitCode === 0 : one.state.running).toBeTruthy();
      }
    })), { numRuns: 15 });
  });

  it('has a phase and conditions that agree with its containers', () => {
    fc.assert(fc.property(pods, happenings, (make, events) => live(make, events, (status, model) => {
      const { phase, conditions, containerStatuses, initContainerStatuses } = status;
      const isEnded = phase === 'Succeeded' || phase === 'Failed';
      const sidecars = model.pod.spec.initContainers.filter(isSidecar).map(({ name }) => name);
      const needed = [...initContainerStatuses.filter(({ name }) => sidecars.includes(name)), ...containerStatuses];
      expect(isConditionTrue(conditions, 'ContainersReady')).toBe(!isEnded && needed.every(({ ready }) => ready));
      expect(isConditionTrue(conditions, 'Ready')).toBe(isConditionTrue(conditions, 'ContainersReady'));
      expect(new Set(conditions.map(({ type }) => type)).size).toBe(conditions.length);
      if (isEnded) expect(statuses(status).filter(({ state }) => state.running)).toEqual([]);
      if (phase === 'Succeeded') expect(containerStatuses.map(({ state, lastState }) => (state.terminated ?? lastState.terminated)?.exitCode)).toEqual(containerStatuses.map(() => 0));
      if (phase === 'Running') expect(containerStatuses.filter(({ state, lastState }) => !state.running && !state.terminated && !lastState.terminated)).toEqual([]);
      if (containerStatuses.some(({ state }) => state.running)) expect(isConditionTrue(conditions, 'Initialized')).toBe(true);
    })), { numRuns: 15 });
  });

  it('never counts a restart back, and keeps the moment of its start', () => {
    fc.assert(fc.property(pods, happenings, (make, events) => live(make, events, (status, _, before) => {
      for (const { name, restartCount } of statuses(before)) {
        expect(statuses(status).find((one) => one.name === name)?.restartCount).toBeGreaterThanOrEqual(restartCount);
      }
      if (before.startTime) expect(status.startTime).toBe(before.startTime);
    })), { numRuns: 15 });
  });

  it('says of a Pod on a node that is not ready that it is not, and all else as ever', () => {
    fc.assert(fc.property(pods, happenings, (make, events) => live(make, events, (status, model, before) => {
      const facts = { ...model.facts(), pod: { ...model.pod, status: before } };
      const there = planStatus(facts, model.plan(), { hostIP: '192.0.2.1', messages: new Map(), isNodeNotReady: true }, model.nowMs);
      const others = ({ conditions, ...rest }: PodStatus) => ({ ...rest, conditions: conditions.filter(({ type }) => type !== 'Ready') });
      expect(others(there)).toEqual(others(planStatus(facts, model.plan(), { hostIP: '192.0.2.1', messages: new Map(), isNodeNotReady: false }, model.nowMs)));
      expect(conditionOf(there.conditions, 'Ready')).toMatchObject(conditionOf(status.conditions, 'Ready')?.status === 'True' ? { status: 'False', reason: 'NodeNotReady' } : { status: 'False' });
    })), { numRuns: 15 });
  });

  it('is the same again for the same facts, later too; a condition moves its time only when it turns', () => {
    fc.assert(fc.property(pods, happenings, fc.integer({ min: 1, max: 900 }), (make, events, laterMs) => live(make, events, (status, model, before) => {
      const again = planStatus({ ...model.facts(), pod: { ...model.pod, status } }, model.plan(), { hostIP: '192.0.2.1', messages: new Map(), isNodeNotReady: false }, model.nowMs + laterMs);
      expect(again).toEqual(status);
      for (const { type, status: truth, lastTransitionTime } of before.conditions) {
        const now = conditionOf(status.conditions, type);
        expect(now?.lastTransitionTime === lastTransitionTime || now?.status !== truth).toBe(true);
      }
    })), { numRuns: 15 });
  });
});
