import type { ObservedContainer } from '../runtime/runtime.ts';
import { isSidecar } from '../../src/kinds/pod/pod-resources.ts';
import { overrunMs, planStop } from './plan-stop.ts';
import { earliest } from './pod-facts.ts';
import type { Ending, PodFacts, PodPlan, PodStep } from './pod-facts.ts';

const noWaiting: PodPlan['waiting'] = new Map();

/** Steps whose end must be awaited before anything can be called ended. */
function isStarting(facts: PodFacts): boolean {
  return [...facts.busy].some((key) => !key.includes(':') && key !== 'finish');
}

/** Sidecars outlive the containers and end in reverse order, one after the other. */
function nextToStop(facts: PodFacts, running: readonly ObservedContainer[]): readonly ObservedContainer[] {
  const sidecars = (facts.pod?.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
  const others = running.filter(({ name }) => !sidecars.includes(name));
  if (others.length > 0) return others;
  const last = sidecars.findLast((name) => running.some((container) => container.name === name));
  return running.filter(({ name }) => name === last);
}

/** What remains to be cleared once nothing runs any more: containers, then the sandbox, then volumes, then the word that it is done. */
function planClearance(facts: PodFacts): readonly PodStep[] {
  const containers = facts.observed?.containers ?? [];
  if (containers.length > 0) return containers.map(({ id }) => ({ do: 'remove', id }) as const);
  const sandboxes = facts.observed?.sandboxes ?? [];
  if (sandboxes.length > 0) return sandboxes.map(({ id }) => ({ do: 'remove', id }) as const);
  return facts.volumesGone ? [{ do: 'finish' }] : [{ do: 'removeVolumes' }];
}

/** When the end of a Pod began, where only its containers tell. */
export function stoppingSince(facts: PodFacts, nowMs: number): number {
  return Math.min(nowMs, ...[...facts.stops.values()].map(({ sinceMs }) => sinceMs));
}

/** Stops what runs, each container with its own hook and signal, all within one grace period. */
export function planStops(facts: PodFacts, ending: Ending, nowMs: number): { readonly steps: readonly PodStep[]; readonly wakeAtMs?: number | undefined; readonly isDone: boolean } {
  const running = (facts.observed?.containers ?? []).filter(({ phase }) => phase === 'running');
  const specs = [...(facts.pod?.spec.containers ?? []), ...(facts.pod?.spec.initContainers ?? [])];
  const steps: PodStep[] = [];
  let wakeAtMs: number | undefined;
  for (const container of nextToStop(facts, running)) {
    const hasPreStop = specs.find(({ name }) => name === container.name)?.lifecycle?.preStop !== undefined;
    const progress = facts.stops.get(container.id);
    const leftMs = ending.sinceMs + ending.graceMs - (progress?.sinceMs ?? nowMs);
    const graceMs = Math.max(ending.graceMs > 0 ? overrunMs : 0, leftMs);
    const next = planStop(container, progress, { graceMs, hasPreStop, because: `Stopping container ${container.name}` }, nowMs);
    if (next.step) steps.push(next.step);
    wakeAtMs = earliest(wakeAtMs, next.wakeAtMs);
  }
  return { steps, wakeAtMs, isDone: running.length === 0 && !isStarting(facts) };
}

/** The end of a Pod that was deleted, or whose object is no more. */
export function planDeletion(facts: PodFacts, ending: Ending, nowMs: number): PodPlan {
  const { steps, wakeAtMs, isDone } = planStops(facts, ending, nowMs);
  if (!isDone) return { steps, wakeAtMs, waiting: noWaiting, stage: 'ending' };
  const isClearing = [...facts.busy].some((key) => key.startsWith('remove:'));
  return { steps: isClearing ? [] : planClearance(facts), waiting: noWaiting, stage: 'ended' };
}

/** A Pod that has ended but whose object stays: containers are kept for their logs, the sandbox and its address are given back. */
export function planRetired(facts: PodFacts, ending: Ending, nowMs: number): PodPlan {
  const { steps, wakeAtMs, isDone } = planStops(facts, ending, nowMs);
  if (!isDone) return { steps, wakeAtMs, waiting: noWaiting, stage: 'ending' };
  return { steps: (facts.observed?.sandboxes ?? []).map(({ id }) => ({ do: 'remove', id }) as const), waiting: noWaiting, stage: 'ended' };
}
