import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDeletion, planRetired } from '../../../../agent/kubelet/plan-ending.ts';
import { overrunMs } from '../../../../agent/kubelet/plan-stop.ts';
import type { Ending, PodFacts, PodStep, StopProgress } from '../../../../agent/kubelet/pod-facts.ts';
import type { ObservedContainer, ObservedSandbox } from '../../../../agent/runtime/runtime.ts';
import { container } from './pod-lives.ts';
import { storedPod } from './pod-model.ts';

const identity = { uid: 'uid-1', namespace: 'default', name: 'web' };
const names = ['s1', 's2', 'a', 'b', 'stranger'], sidecars = ['s1', 's2'];
const pod = storedPod({ initContainers: sidecars.map((name) => container(name, { restartPolicy: 'Always' })), containers: [container('a'), container('b', { lifecycle: { preStop: { exec: { command: ['true'] } } } })] });
const base = { pod: identity, attempt: 0, createdAtMs: 0 };
const held = (name: string, phase: ObservedContainer['phase']): ObservedContainer =>
  ({ ...base, id: `id-${name}`, name, phase, sandboxId: 'p0', image: 'image:1', imageId: 'sha256:1', backOffMs: 0, oomKilled: false, stopSignal: 'SIGTERM', graceSeconds: 30 });

/** What is left of a Pod, known or not, and which of its containers end when they are asked to. */
const leftovers = fc.record({
  containers: fc.subarray(names).chain((some) => fc.tuple(...some.map((name) => fc.constantFrom('running' as const, 'running' as const, 'exited' as const, 'waiting' as const).map((phase) => held(name, phase))))),
  sandboxes: fc.integer({ min: 0, max: 2 }).map((count) => Array.from({ length: count }, (_, index): ObservedSandbox => ({ ...base, id: `p${index}`, phase: index === 0 ? 'running' : 'exited' }))),
  isKnown: fc.boolean(), polite: fc.subarray(names), graceMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60_000 })),
});
type Leftovers = typeof leftovers extends fc.Arbitrary<infer T> ? T : never;
interface Done { readonly step: PodStep; readonly atMs: number; readonly running: readonly string[]; readonly left: number }

/** Performs at once what is planned until nothing is planned any more or the end is told; hooks are done at once. */
function end(all: Leftovers, plan: typeof planDeletion): { readonly done: readonly Done[]; readonly facts: PodFacts } {
  let { containers, sandboxes }: { containers: readonly ObservedContainer[]; sandboxes: readonly ObservedSandbox[] } = all;
  let nowMs = 0, volumesGone = false;
  const stops = new Map<string, StopProgress>(), done: Done[] = [];
  const ending: Ending = { why: 'deleted', sinceMs: 0, graceMs: all.graceMs };
  const facts = (): PodFacts => ({ identity, pod: all.isKnown ? pod : undefined, observed: { pod: identity, containers, sandboxes }, ending, volumesReady: false, volumesGone, probes: new Map(), failures: new Map(), stops, busy: new Set() });
  for (let round = 0; round < 60; round++) {
    const { steps, wakeAtMs } = plan(facts(), ending, nowMs);
    if (steps.length === 0 && wakeAtMs === undefined) return { done, facts: facts() };
    for (const step of steps) {
      done.push({ step, atMs: nowMs, running: containers.flatMap(({ name, phase }) => (phase === 'running' ? [name] : [])), left: containers.length + sandboxes.length });
      if (step.do === 'finish') return { done, facts: facts() };
      if (step.do === 'removeVolumes') volumesGone = true;
      if (!('id' in step)) continue;
      const progress = stops.get(step.id) ?? { sinceMs: nowMs, preStop: 'none' };
      if (step.do === 'preStop') stops.set(step.id, { ...progress, preStop: 'done' });
      if (step.do === 'signal') stops.set(step.id, { ...progress, signalledAtMs: nowMs });
      const isOver = step.do === 'kill' || (step.do === 'signal' && all.polite.includes(step.name));
      if (isOver) containers = containers.map((one) => (one.id === step.id ? { ...one, phase: 'exited', exitCode: 0 } : one));
      if (step.do !== 'remove') continue;
      containers = containers.filter(({ id }) => id !== step.id);
      sandboxes = sandboxes.filter(({ id }) => id !== step.id);
    }
    if (steps.length === 0) nowMs = wakeAtMs!;
  }
  throw new Error('no end');
}

describe('the end of a deleted Pod', () => {
  it('removes everything, tells that it is done once and last, and takes no longer than the grace and a little more for each sidecar', () => {
    fc.assert(fc.property(leftovers, (all) => {
      const { done, facts } = end(all, planDeletion);
      expect([facts.observed?.containers, facts.observed?.sandboxes, facts.volumesGone]).toEqual([[], [], true]);
      expect(done.map(({ step }) => step.do).filter((what) => what === 'finish')).toHaveLength(1);
      expect(done.at(-1)).toMatchObject({ step: { do: 'finish' }, left: 0 });
      expect(done.at(-1)!.atMs).toBeLessThanOrEqual(all.graceMs + 3 * overrunMs);
    }));
  });

  it('removes nothing while a container runs, no sandbox before the containers, and volumes after both', () => {
    fc.assert(fc.property(leftovers, (all) => {
      for (const { step, running, left } of end(all, planDeletion).done) {
        if (step.do === 'remove') expect(running).toEqual([]);
        if (step.do === 'remove' && step.id.startsWith('p')) expect(left).toBeLessThanOrEqual(all.sandboxes.length);
        if (step.do === 'removeVolumes') expect(left).toBe(0);
      }
    }));
  });

  it('asks a sidecar of a known Pod to end only when no other container and no later sidecar runs', () => {
    fc.assert(fc.property(leftovers, (all) => {
      for (const { step, running } of end({ ...all, isKnown: true }, planDeletion).done) {
        if (!('name' in step) || !sidecars.includes(step.name)) continue;
        expect(running.filter((name) => !sidecars.includes(name) || name > step.name)).toEqual([]);
      }
    }));
  });

  it('waits while something of it is still being started', () => {
    fc.assert(fc.property(leftovers, fc.constantFrom('a', 'POD', 'volumes'), (all, key) => {
      const { facts } = end(all, planRetired);
      const ending: Ending = { why: 'deleted', sinceMs: 0, graceMs: 0 };
      expect(planDeletion({ ...facts, busy: new Set([key]) }, ending, 0)).toMatchObject({ steps: [], stage: 'ending' });
    }));
  });
});

it('a Pod that has ended keeps all its containers for their logs, and gives back its sandboxes', () => {
  fc.assert(fc.property(leftovers, (all) => {
    const { facts } = end(all, planRetired);
    expect(facts.observed?.containers.map(({ id }) => id)).toEqual(all.containers.map(({ id }) => id));
    expect(facts.observed?.containers.filter(({ phase }) => phase === 'running')).toEqual([]);
    expect([facts.observed?.sandboxes, facts.volumesGone]).toEqual([[], false]);
  }));
});
