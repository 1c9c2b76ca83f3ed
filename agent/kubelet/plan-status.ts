import { qosClass } from '../../src/kinds/pod/qos-class.ts';
import { isSidecar } from '../../src/kinds/pod/pod-resources.ts';
import { formatTime } from '../../src/lib/clock.ts';
import { isConditionTrue, withCondition } from '../../src/model/conditions.ts';
import type { Condition, ContainerStatus, Pod, PodPhase, PodStatus } from '../../src/model/object.ts';
import { liveSandbox } from './history.ts';
import { planContainerStatus } from './plan-container-status.ts';
import type { TerminationMessages } from './plan-container-status.ts';
import { isInitialized, planPhase } from './plan-phase.ts';
import type { PodFacts, PodPlan } from './pod-facts.ts';

/** What the status says besides the containers. */
export interface StatusContext {
  readonly hostIP: string | undefined;
  readonly messages: TerminationMessages;
  /** Whether the node has said of itself that it is not ready: nobody can look after its Pods then, so none of them is ready. */
  readonly isNodeNotReady: boolean;
}

/** The status of a Pod as seen on its node. Pure; equal facts give an equal status, so that nothing new is nothing to write. Conditions of others are kept. */
export function planStatus(facts: PodFacts & { readonly pod: Pod }, plan: PodPlan, context: StatusContext, nowMs: number): PodStatus {
  const { pod } = facts;
  const old = pod.status;
  const statusOf = (isInit: boolean) => (container: Pod['spec']['containers'][number]): ContainerStatus => {
    const before = (isInit ? old.initContainerStatuses : old.containerStatuses).find(({ name }) => name === container.name);
    return planContainerStatus(facts, plan, container, isInit, before, context.messages);
  };
  const initContainerStatuses = pod.spec.initContainers.map(statusOf(true));
  const containerStatuses = pod.spec.containers.map(statusOf(false));
  const phase = planPhase(pod, plan, initContainerStatuses, containerStatuses);
  const sandbox = liveSandbox(facts.observed);
  const podIP = sandbox && (pod.spec.hostNetwork ? context.hostIP : sandbox.ip) || old.podIP;
  const outcome = phase === 'Failed' || phase === 'Succeeded' ? plan.outcome : undefined;
  const reason = outcome?.reason ?? old.reason;
  const message = outcome?.message ?? old.message;
  return {
    phase,
    conditions: planConditions(pod, outcome, phase, sandbox !== undefined && podIP !== undefined, initContainerStatuses, containerStatuses, context.isNodeNotReady, nowMs),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    ...(context.hostIP ? { hostIP: context.hostIP, hostIPs: [{ ip: context.hostIP }] } : {}),
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: old.startTime ?? formatTime(nowMs),
    containerStatuses,
    initContainerStatuses,
    qosClass: qosClass(pod),
    observedGeneration: pod.metadata.generation,
  };
}

interface Fact {
  readonly holds: boolean;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

function planConditions(pod: Pod, outcome: PodPlan['outcome'], phase: PodPhase, hasNetwork: boolean, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[], isNodeNotReady: boolean, nowMs: number): readonly Condition[] {
  const ended = phase === 'Succeeded' ? 'PodCompleted' : phase === 'Failed' ? 'PodFailed' : undefined;
  const initialized = initializedFact(pod, phase, inits, containers);
  const containersReady = containersReadyFact(pod, ended, inits, containers);
  const facts: Readonly<Record<string, Fact>> = {
    PodScheduled: { holds: true },
    PodReadyToStartContainers: { holds: hasNetwork },
    Initialized: initialized,
    ContainersReady: containersReady,
    Ready: readyFact(pod, containersReady, isNodeNotReady),
    ...(outcome?.reason === 'Evicted' ? { DisruptionTarget: { holds: true, reason: 'TerminationByKubelet', message: outcome.message } } : {}),
  };
  return inOrder(Object.entries(facts).reduce<readonly Condition[]>((conditions, [type, { holds, reason, message }]) => {
    const update = { type, status: holds ? 'True' : 'False', ...(reason ? { reason } : {}), ...(message ? { message } : {}) } as const;
    return withCondition(conditions, update, nowMs);
  }, pod.status.conditions));
}

/** In the order in which they come true as a Pod starts; those of others after them. */
const order = ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'];

function inOrder(conditions: readonly Condition[]): readonly Condition[] {
  const rank = ({ type }: Condition): number => (order.includes(type) ? order.indexOf(type) : order.length);
  return [...conditions].sort((a, b) => rank(a) - rank(b));
}

function initializedFact(pod: Pod, phase: PodPhase, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[]): Fact {
  if (phase === 'Succeeded') return { holds: true, reason: 'PodCompleted' };
  if (isInitialized(pod, inits, containers) || containers.some(({ state, lastState }) => state.terminated ?? lastState.terminated)) return { holds: true };
  const missing = pod.spec.initContainers.filter((container) => {
    const status = inits.find(({ name }) => name === container.name);
    return isSidecar(container) ? status?.started !== true : status?.state.terminated?.exitCode !== 0;
  });
  return { holds: false, reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${missing.map(({ name }) => name).join(' ')}]` };
}

function containersReadyFact(pod: Pod, ended: string | undefined, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[]): Fact {
  if (ended) return { holds: false, reason: ended };
  const sidecars = pod.spec.initContainers.filter(isSidecar).map(({ name }) => inits.find((status) => status.name === name));
  const unready = [...sidecars, ...containers].flatMap((status) => (status && !status.ready ? [status.name] : []));
  if (unready.length === 0) return { holds: true };
  return { holds: false, reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
}

function readyFact(pod: Pod, containersReady: Fact, isNodeNotReady: boolean): Fact {
  if (!containersReady.holds) return containersReady;
  if (isNodeNotReady) return { holds: false, reason: 'NodeNotReady', message: 'Node is not ready.' };
  const open = pod.spec.readinessGates.filter(({ conditionType }) => !isConditionTrue(pod.status.conditions, conditionType));
  if (open.length === 0) return containersReady;
  return { holds: false, reason: 'ReadinessGatesNotReady', message: open.map(({ conditionType }) => `the status of pod readiness gate "${conditionType}" is not "True"`).join('; ') };
}
