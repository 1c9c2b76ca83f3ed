import type { Container, Pod } from '../../src/model/object.ts';
import type { ObservedContainer, ObservedSandbox } from '../runtime/runtime.ts';
import { containersNamed, hasSucceeded, isLeftover, nextAttempt } from './history.ts';
import { planBackOff } from './plan-back-off.ts';
import { planStop } from './plan-stop.ts';
import { rememberedEnd } from './remembered-end.ts';
import type { PodFacts, PodStep, WaitingReason } from './pod-facts.ts';
import { earliest } from './pod-facts.ts';

/** What follows for one container. */
export interface ContainerPlan {
  readonly steps: readonly PodStep[];
  readonly wakeAtMs?: number | undefined;
  readonly waiting?: WaitingReason | undefined;
  /** `over`: it has ended and will not start again. */
  readonly state: 'pending' | 'running' | 'over';
}

/** How long an error is called by its own name before it is called a back-off. */
const errorShownMs = 2000;

/** Whether a container that has ended is started again. */
export function restarts(policy: Pod['spec']['restartPolicy'], ended: ObservedContainer): boolean {
  if (policy === 'Always') return true;
  return policy === 'OnFailure' && !hasSucceeded(ended);
}

/** The name that a failure goes by now: a failed pull is a back-off after a moment. */
export function waitingFor(failure: { readonly reason: string; readonly message: string; readonly atMs: number }, image: string, nowMs: number): WaitingReason {
  if (failure.reason !== 'ErrImagePull' || nowMs < failure.atMs + errorShownMs) return { reason: failure.reason, message: failure.message };
  return { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ${failure.message}` };
}

/**
 * The next step of one container in a living sandbox. `rerun`: it must run again in this sandbox although its run in an earlier one
 * succeeded, as init containers do.
 */
export function planContainer(facts: PodFacts, pod: Pod, container: Container, sandbox: ObservedSandbox, policy: Pod['spec']['restartPolicy'], rerun: boolean, nowMs: number): ContainerPlan {
  const history = containersNamed(facts.observed, container.name);
  const newest = history[0];
  if (facts.busy.has(container.name)) return { steps: [], state: 'pending', waiting: { reason: 'ContainerCreating' } };
  if (newest?.phase === 'running') return planRunning(facts, pod, container, newest, nowMs);
  if (!newest && rememberedEnd(pod, container.name)) return { steps: [], state: 'over' };
  if (!newest || isLeftover(newest)) {
    const attempt = newest?.attempt ?? runsReported(pod, container.name);
    return planStart(facts, container, { attempt, backOffMs: newest?.backOffMs ?? 0, sandboxId: sandbox.id }, nowMs);
  }
  const isOfOldSandbox = newest.sandboxId !== sandbox.id;
  if (!(isOfOldSandbox && rerun) && !restarts(policy, newest)) return { steps: [], state: 'over' };
  const { notBeforeMs, nextBackOffMs, backOffMs } = planBackOff(newest);
  if (!isOfOldSandbox && nowMs < notBeforeMs) {
    const message = `back-off ${backOffMs / 1000}s restarting failed container=${container.name} pod=${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid})`;
    return { steps: [], state: 'pending', wakeAtMs: notBeforeMs, waiting: { reason: 'CrashLoopBackOff', message } };
  }
  return planStart(facts, container, { attempt: nextAttempt(history), backOffMs: isOfOldSandbox ? newest.backOffMs : nextBackOffMs, sandboxId: sandbox.id }, nowMs);
}

/** Runs that the status tells of although the runtime holds none of them: somebody removed the containers, and restart counts never fall. */
function runsReported({ status }: Pod, name: string): number {
  const known = [...status.containerStatuses, ...status.initContainerStatuses].find((one) => one.name === name);
  return known?.containerID === undefined ? 0 : known.restartCount + 1;
}

function planStart(facts: PodFacts, container: Container, start: { attempt: number; backOffMs: number; sandboxId: string }, nowMs: number): ContainerPlan {
  const failure = facts.failures.get(container.name);
  if (failure && nowMs < failure.retryAtMs) {
    const shownUntilMs = failure.atMs + errorShownMs;
    const wakeAtMs = earliest(failure.retryAtMs, nowMs < shownUntilMs ? shownUntilMs : undefined);
    return { steps: [], state: 'pending', wakeAtMs, waiting: waitingFor(failure, container.image, nowMs) };
  }
  const waiting = failure ? waitingFor(failure, container.image, nowMs) : { reason: 'ContainerCreating' };
  return { steps: [{ do: 'startContainer', name: container.name, ...start }], state: 'pending', waiting };
}

function planRunning(facts: PodFacts, pod: Pod, container: Container, running: ObservedContainer, nowMs: number): ContainerPlan {
  const failed = facts.probes.get(running.id)?.failed;
  const because = failed ? `Container ${container.name} failed ${failed.probe.toLowerCase()} probe, will be restarted`
    : running.image !== container.image ? `Container ${container.name} definition changed, will be restarted` : undefined;
  const progress = facts.stops.get(running.id);
  if (because === undefined && !progress) return { steps: [], state: 'running' };
  const probe = failed?.probe === 'Liveness' ? container.livenessProbe : failed ? container.startupProbe : undefined;
  const graceSeconds = probe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds;
  const wish = { graceMs: graceSeconds * 1000, hasPreStop: container.lifecycle?.preStop !== undefined, because: because ?? `Stopping container ${container.name}` };
  const { step, wakeAtMs } = planStop(running, progress, wish, nowMs);
  return { steps: step ? [step] : [], state: 'running', wakeAtMs };
}

