import type { Container, Pod } from '../../src/model/object.ts';
import { isSidecar } from '../../src/kinds/pod/pod-resources.ts';
import { isPodTerminal } from '../../src/kinds/pod/pod-state.ts';
import type { ObservedSandbox } from '../runtime/runtime.ts';
import { containersNamed, hasEnded, hasSucceeded, liveSandbox, nextAttempt } from './history.ts';
import { planContainer } from './plan-container.ts';
import type { ContainerPlan } from './plan-container.ts';
import { planDeletion, planRetired, planStops, stoppingSince } from './plan-ending.ts';
import { earliest, sandboxKey, stepKey, volumesKey } from './pod-facts.ts';
import type { Ending, PodFacts, PodPlan, PodStep, WaitingReason } from './pod-facts.ts';
import { rememberedEnd } from './remembered-end.ts';

/** Grace for containers whose sandbox died under them: their network is gone. */
const orphanGraceMs = 2000;

/**
 * Decides the next steps of one Pod on this node. Pure; called after every change and when `wakeAtMs` comes. Order of a Pod's life: volumes,
 * sandbox, init containers one by one, containers side by side; a dead sandbox is replaced with everything in it; an ending Pod only loses parts.
 */
export function planPod(facts: PodFacts, nowMs: number): PodPlan {
  const plan = decide(facts, nowMs);
  const retryAt = (step: PodStep): number => facts.failures.get(stepKey(step))?.retryAtMs ?? 0;
  const free = plan.steps.filter((step) => !facts.busy.has(stepKey(step)));
  const later = free.map(retryAt).filter((moment) => moment > nowMs);
  return { ...plan, steps: free.filter((step) => retryAt(step) <= nowMs), wakeAtMs: earliest(plan.wakeAtMs, ...later) };
}

function decide(facts: PodFacts, nowMs: number): PodPlan {
  const { pod, ending } = facts;
  if (!pod || ending?.why === 'deleted' || ending?.why === 'gone') {
    return planDeletion(facts, ending ?? { why: 'gone', sinceMs: stoppingSince(facts, nowMs), graceMs: orphanGraceMs }, nowMs);
  }
  const immediate = { why: 'deadline', sinceMs: stoppingSince(facts, nowMs), graceMs: pod.spec.terminationGracePeriodSeconds * 1000 } as const;
  if (isPodTerminal(pod)) return planRetired(facts, immediate, nowMs);
  if (ending) {
    return { ...planRetired(facts, ending, nowMs), outcome: outcomeOf(ending) };
  }
  const outcome = decideOutcome(facts, pod);
  if (outcome) return { ...planRetired(facts, immediate, nowMs), outcome };
  return planActive(facts, pod, nowMs);
}

function outcomeOf({ why, message }: Ending): PodPlan['outcome'] {
  if (why === 'evicted') return { phase: 'Failed', reason: 'Evicted', message };
  return { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };
}

/** How the Pod has ended, if it has: by its containers, or by an init container that is not tried again. */
function decideOutcome(facts: PodFacts, pod: Pod): PodPlan['outcome'] {
  if (pod.spec.restartPolicy === 'Always') return undefined;
  const newest = (container: Container) => containersNamed(facts.observed, container.name)[0];
  /** Whether it ended well; undefined while it has not ended for good. */
  const endedWell = (container: Container): boolean | undefined => {
    if (facts.busy.has(container.name)) return undefined;
    const last = newest(container);
    if (!last) return isZero(rememberedEnd(pod, container.name)?.exitCode);
    if (!hasEnded(last)) return undefined;
    return pod.spec.restartPolicy === 'Never' || hasSucceeded(last) ? hasSucceeded(last) : undefined;
  };
  const failedInit = pod.spec.initContainers.find((container) => !isSidecar(container) && endedWell(container) === false);
  if (failedInit && !pod.spec.containers.some((container) => newest(container))) return { phase: 'Failed' };
  const ends = pod.spec.containers.map(endedWell);
  if (ends.includes(undefined)) return undefined;
  return { phase: ends.includes(false) ? 'Failed' : 'Succeeded' };
}

const isZero = (exitCode: number | undefined): boolean | undefined => (exitCode === undefined ? undefined : exitCode === 0);

function planActive(facts: PodFacts, pod: Pod, nowMs: number): PodPlan {
  const all = [...pod.spec.initContainers, ...pod.spec.containers];
  const creating = new Map<string, WaitingReason>(pod.spec.containers.map(({ name }) => [name, { reason: 'ContainerCreating' }]));
  const blocked = (key: string): PodPlan | undefined => {
    const failure = facts.failures.get(key);
    return failure && nowMs < failure.retryAtMs ? { steps: [], wakeAtMs: failure.retryAtMs, waiting: creating, stage: 'active' } : undefined;
  };
  if (!facts.volumesReady) return blocked(volumesKey) ?? { steps: [{ do: 'prepareVolumes' }], waiting: creating, stage: 'active' };

  const sandbox = liveSandbox(facts.observed);
  const orphans = (facts.observed?.containers ?? []).filter((container) => container.phase === 'running' && container.sandboxId !== sandbox?.id);
  if (orphans.length > 0 && !all.some(({ name }) => facts.busy.has(name))) {
    const graceMs = Math.min(orphanGraceMs, pod.spec.terminationGracePeriodSeconds * 1000);
    const { steps, wakeAtMs } = planStops({ ...facts, pod: withoutHooks(pod) }, { why: 'gone', sinceMs: stoppingSince(facts, nowMs), graceMs }, nowMs);
    return { steps, wakeAtMs, waiting: new Map(), stage: 'active' };
  }
  if (!sandbox) {
    // One that is being made is not dead.
    if (facts.busy.has(sandboxKey)) return { steps: [], waiting: creating, stage: 'active' };
    const dead = (facts.observed?.sandboxes ?? []).map(({ id }): PodStep => ({ do: 'remove', id }));
    const attempt = nextAttempt(facts.observed?.sandboxes ?? []);
    return blocked(sandboxKey) ?? { steps: [{ do: 'startSandbox', attempt }, ...dead], waiting: creating, stage: 'active' };
  }
  return planInSandbox(facts, pod, sandbox, nowMs);
}

function withoutHooks(pod: Pod): Pod {
  const bare = (container: Container): Container => ({ ...container, lifecycle: undefined });
  return { ...pod, spec: { ...pod.spec, containers: pod.spec.containers.map(bare), initContainers: pod.spec.initContainers.map(bare) } };
}

function planInSandbox(facts: PodFacts, pod: Pod, sandbox: ObservedSandbox, nowMs: number): PodPlan {
  const steps: PodStep[] = [...superfluous(facts, sandbox)];
  const waiting = new Map<string, WaitingReason>();
  let wakeAtMs: number | undefined;
  const take = (container: Container, plan: ContainerPlan): void => {
    steps.push(...plan.steps);
    wakeAtMs = earliest(wakeAtMs, plan.wakeAtMs);
    if (plan.waiting) waiting.set(container.name, plan.waiting);
  };
  const hasBegun = ({ name }: Container) => containersNamed(facts.observed, name).some((one) => one.sandboxId === sandbox.id) || facts.busy.has(name);
  const begun = pod.spec.containers.some(hasBegun);

  for (const [at, container] of pod.spec.initContainers.entries()) {
    const sidecar = isSidecar(container);
    // What comes after it has begun only because it was over, also where nothing is left of it.
    if (!sidecar && (begun || pod.spec.initContainers.slice(at + 1).some(hasBegun))) continue;
    const newest = containersNamed(facts.observed, container.name)[0];
    if (!sidecar && newest && newest.sandboxId === sandbox.id && hasSucceeded(newest) && !facts.busy.has(container.name)) continue;
    const policy = sidecar ? 'Always' : pod.spec.restartPolicy === 'Always' ? 'OnFailure' : pod.spec.restartPolicy;
    const plan = planContainer(facts, pod, container, sandbox, policy, true, nowMs);
    take(container, plan);
    const isUp = sidecar && plan.state === 'running' && isStarted(facts, container, newest?.id);
    if (begun || isUp) continue;
    for (const later of [...pod.spec.initContainers, ...pod.spec.containers]) if (!waiting.has(later.name) && !containersNamed(facts.observed, later.name)[0]) waiting.set(later.name, { reason: 'PodInitializing' });
    return { steps, wakeAtMs, waiting, stage: 'active' };
  }
  for (const container of pod.spec.containers) take(container, planContainer(facts, pod, container, sandbox, pod.spec.restartPolicy, false, nowMs));
  return { steps, wakeAtMs, waiting, stage: 'active' };
}

function isStarted(facts: PodFacts, container: Container, id: string | undefined): boolean {
  return facts.probes.get(id ?? '')?.started ?? container.startupProbe === undefined;
}

/** Dead sandboxes, and all but the newest two containers of a name: the last but one is kept for its log. */
function superfluous(facts: PodFacts, sandbox: ObservedSandbox): readonly PodStep[] {
  const observed = facts.observed;
  if (!observed) return [];
  const seen = new Map<string, number>();
  const old = observed.containers.filter(({ name, phase }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count > 2 && phase !== 'running';
  });
  const sandboxes = facts.busy.has(sandboxKey) ? [] : observed.sandboxes.filter(({ id }) => id !== sandbox.id);
  return [...sandboxes, ...old].map(({ id }) => ({ do: 'remove', id }));
}
