import { formatTime } from '../../src/lib/clock.ts';
import type { Container, ContainerState, ContainerStateTerminated, ContainerStatus } from '../../src/model/object.ts';
import type { ObservedContainer } from '../runtime/runtime.ts';
import { containersNamed, hasEnded } from './history.ts';
import type { PodFacts, PodPlan } from './pod-facts.ts';
import { rememberedEnd } from './remembered-end.ts';

/** Last words of ended containers by container id. */
export type TerminationMessages = ReadonlyMap<string, string>;

/** Exit code of a process that was ended by SIGKILL, as the kernel's out-of-memory killer does. */
const killedExitCode = 137;

const timeText = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : formatTime(ms));

function reasonOf(container: ObservedContainer): string {
  if (container.startError !== undefined) return 'ContainerCannotRun';
  // The engine also says so when only a child was killed: believed with the exit code alone.
  if (container.oomKilled && container.exitCode === killedExitCode) return 'OOMKilled';
  return container.exitCode === 0 ? 'Completed' : 'Error';
}

/** How an ended container ended. */
export function terminatedState(container: ObservedContainer, messages: TerminationMessages): ContainerStateTerminated {
  const message = messages.get(container.id);
  return {
    exitCode: container.exitCode ?? 128,
    reason: reasonOf(container),
    ...(message ? { message } : {}),
    startedAt: timeText(container.startedAtMs),
    finishedAt: timeText(container.finishedAtMs ?? container.createdAtMs),
    containerID: `docker://${container.id}`,
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

function stateOf(facts: PodFacts, plan: PodPlan, name: string, newest: ObservedContainer | undefined, messages: TerminationMessages): ContainerState {
  const waiting = plan.waiting.get(name);
  if (newest?.phase === 'running') return { running: withoutUndefined({ startedAt: timeText(newest.startedAtMs) }) };
  const isRetried = waiting !== undefined && waiting.reason !== 'ContainerCreating' && waiting.reason !== 'PodInitializing';
  if (newest && hasEnded(newest) && !isRetried) return { terminated: withoutUndefined(terminatedState(newest, messages)) };
  if (!newest && plan.stage !== 'active' && !facts.busy.has(name)) return { waiting: { reason: facts.pod && facts.pod.spec.initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating' } };
  return { waiting: withoutUndefined({ reason: waiting?.reason ?? 'ContainerCreating', message: waiting?.message }) };
}

/** What is seen of one container. `previous` fills in what the runtime no longer holds. */
export function planContainerStatus(facts: PodFacts, plan: PodPlan, container: Container, isInit: boolean, previous: ContainerStatus | undefined, messages: TerminationMessages): ContainerStatus {
  const history = containersNamed(facts.observed, container.name);
  const newest = history[0];
  const end = facts.pod && !newest && !facts.busy.has(container.name) ? rememberedEnd(facts.pod, container.name) : undefined;
  if (previous && end) return { ...previous, state: { terminated: end }, ready: false, started: false };
  // Containers removed by hand, or not seen yet by a new agent: what was known stays.
  if (!newest && previous?.state.terminated && plan.stage !== 'active') return previous;
  const state = stateOf(facts, plan, container.name, newest, messages);
  const endedBefore = state.terminated ? history.slice(1).find(hasEnded) : history.find(hasEnded);
  const lastState: ContainerState = endedBefore ? { terminated: withoutUndefined(terminatedState(endedBefore, messages)) } : previous?.lastState ?? {};
  const verdict = newest && facts.probes.get(newest.id);
  const isRunning = state.running !== undefined;
  const started = isRunning && !facts.busy.has(container.name) && (verdict?.started ?? container.startupProbe === undefined);
  const isDone = isInit && container.restartPolicy === undefined && state.terminated?.exitCode === 0;
  return withoutUndefined({
    name: container.name,
    state,
    lastState,
    ready: isDone || (started && (verdict?.ready ?? container.readinessProbe === undefined)),
    restartCount: newest?.attempt ?? previous?.restartCount ?? 0,
    image: container.image,
    imageID: newest?.imageId ?? '',
    containerID: newest ? `docker://${newest.id}` : previous?.containerID,
    started: isInit && container.restartPolicy === undefined ? isRunning : started,
  });
}
