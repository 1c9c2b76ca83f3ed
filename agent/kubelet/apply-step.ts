import type { Logger } from 'pino';
import type { Pod } from '../../src/model/object.ts';
import type { PodIdentity } from '../runtime/runtime.ts';
import { sandboxSpec } from './container-spec.ts';
import { conceal, secretValues } from './env/conceal.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { stepKey } from './pod-facts.ts';
import type { PodStep } from './pod-facts.ts';
import type { PodMemory } from './pod-memory.ts';
import { runHook } from './run-hook.ts';
import { HookFailure, envSources, startContainer } from './start-container.ts';
import { StepError } from './step-error.ts';

/** What a step needs. */
export interface StepInputs {
  readonly identity: PodIdentity;
  readonly pod: Pod | undefined;
  readonly podIP: string | undefined;
  readonly memory: PodMemory;
  readonly context: KubeletContext;
  readonly logger: Logger;
  /** There is no object left to report to. */
  readonly isGone: boolean;
  onFinished(): void;
}

/** Performs one step. Never throws: a failure is remembered with its reason and the time of the next try. */
export async function applyStep(step: PodStep, inputs: StepInputs): Promise<void> {
  const { memory, context, logger, pod } = inputs;
  try {
    await perform(step, inputs);
    memory.succeeded(stepKey(step));
  } catch (error) {
    if (memory.startSignal.aborted && (step.do === 'startContainer' || step.do === 'startSandbox')) return;
    if (error instanceof HookFailure) {
      memory.stops.set(error.containerId, { sinceMs: context.clock.now(), preStop: 'none' });
      return;
    }
    const { reason, message } = error instanceof StepError ? error : { reason: defaultReason(step), message: (error as Error).message };
    memory.failed(stepKey(step), reason, message, context.clock.now());
    logger.warn({ step: step.do, reason, err: error }, 'a step failed; it will be tried again');
    if (pod && reason !== 'ErrImagePull') context.events.record(pod, 'Warning', eventReason(reason), message, step.do === 'startContainer' ? step.name : undefined);
  }
}

function defaultReason(step: PodStep): string {
  if (step.do === 'startSandbox') return 'FailedCreatePodSandBox';
  return step.do === 'prepareVolumes' ? 'FailedMount' : 'Failed';
}

function eventReason(reason: string): string {
  return reason === 'FailedCreatePodSandBox' || reason === 'FailedMount' ? reason : 'Failed';
}

async function perform(step: PodStep, { identity, pod, podIP, memory, context, isGone, onFinished }: StepInputs): Promise<void> {
  const { runtime, volumes, clock, events } = context;
  const nowMs = clock.now();
  switch (step.do) {
    case 'prepareVolumes':
      if (!pod) return;
      await volumes.prepare(pod, envSources(context, podIP));
      memory.volumesReady = true;
      return;
    case 'startSandbox':
      if (!pod) return;
      memory.startSignal.throwIfAborted();
      if (step.attempt > 0) events.record(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      await runtime.startSandbox(sandboxSpec(pod, step.attempt, context.node().clusterDomain));
      return;
    case 'startContainer':
      if (pod) await startContainer(pod, step, podIP, context, memory.startSignal);
      return;
    case 'preStop':
      await runPreStop(step, { pod, podIP, memory, context });
      return;
    case 'signal': {
      const progress = memory.stops.get(step.id);
      if (!progress && pod) events.record(pod, 'Normal', 'Killing', step.because, step.name);
      memory.stops.set(step.id, { sinceMs: nowMs, preStop: 'none', ...progress, signalledAtMs: nowMs });
      await runtime.signal(step.id, step.signal);
      return;
    }
    case 'kill': {
      const progress = memory.stops.get(step.id);
      if (!progress && pod) events.record(pod, 'Normal', 'Killing', step.because, step.name);
      memory.stops.set(step.id, { sinceMs: nowMs, preStop: 'none', ...progress, killedAtMs: nowMs });
      await runtime.signal(step.id, 'SIGKILL');
      return;
    }
    case 'remove':
      await runtime.remove(step.id);
      return;
    case 'removeVolumes':
      await volumes.remove(identity.uid);
      memory.volumesReady = false;
      memory.volumesGone = true;
      return;
    case 'finish':
      if (pod && !isGone) await context.status.finishPod(pod);
      onFinished();
  }
}

async function runPreStop(step: Extract<PodStep, { do: 'preStop' }>, { pod, podIP, memory, context }: Pick<StepInputs, 'pod' | 'podIP' | 'memory' | 'context'>): Promise<void> {
  const { clock, events, runtime } = context;
  const container = [...(pod?.spec.containers ?? []), ...(pod?.spec.initContainers ?? [])].find(({ name }) => name === step.name);
  const sinceMs = clock.now();
  memory.stops.set(step.id, { sinceMs, preStop: 'running' });
  if (!pod || !container?.lifecycle?.preStop) return;
  events.record(pod, 'Normal', 'Killing', step.because, step.name);
  try {
    await runHook(container.lifecycle.preStop, { containerId: step.id, container, podIP }, runtime, Math.max(1000, step.deadlineMs - sinceMs));
  } catch (error) {
    const secrets = secretValues(pod, container, envSources(context, podIP));
    events.record(pod, 'Warning', 'FailedPreStopHook', conceal(`PreStopHook failed: ${(error as Error).message}`, secrets), step.name);
  } finally {
    const progress = memory.stops.get(step.id);
    if (progress) memory.stops.set(step.id, { ...progress, preStop: 'done' });
  }
}
