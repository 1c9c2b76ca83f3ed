import type { Plan, PlannedEvent } from '../../control/reconciler.ts';
import { planDrainSteps } from '../../kinds/node-drain/plan-drain-steps.ts';
import type { DrainStep } from '../../kinds/node-drain/plan-drain-steps.ts';
import { formatTime } from '../../lib/clock.ts';
import { sameValue } from '../../lib/same-value.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { withCondition } from '../../model/conditions.ts';
import type { Node, NodeDrain, NodeDrainStatus, Pod, PodDisruptionBudget } from '../../model/object.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly, referenceTo, sameObject } from '../object-key.ts';

/** A request to empty a node, the node, its Pods, and the budgets of their namespaces. */
export interface ObservedDrain {
  readonly drain: NodeDrain;
  /** Undefined where there is no such node. */
  readonly node: Node | undefined;
  readonly pods: readonly Pod[];
  readonly budgets: readonly PodDisruptionBudget[];
}

/** How many waiting Pods the status names. */
const mostNamed = 100;

/** The next step of emptying a node: cordon it, then evict what may go, until nothing is left or time is up. Once uncordoned, the request goes. */
export function planDrain(observed: ObservedDrain, nowMs: number): Plan {
  const { drain, node } = observed;
  const { status, metadata } = drain;
  const isStarted = status.observedGeneration === metadata.generation && status.phase !== 'Pending';
  if (!node) return isStarted && status.phase === 'Failed' ? { changes: [] } : ended(drain, [], nowMs, { reason: 'NodeNotFound', message: `there is no Node "${metadata.name}"` });
  if (!isStarted) return start(drain, node, nowMs);
  if (!node.spec.unschedulable) return { changes: [{ verb: 'delete', kind: 'NodeDrain', target: exactly(drain) }] };
  return status.phase === 'Draining' ? goOn(observed, node, nowMs) : { changes: [] };
}

function start(drain: NodeDrain, node: Node, nowMs: number): Plan {
  return {
    changes: [
      ...(node.spec.unschedulable ? [] : [{ verb: 'patch', kind: 'Node', target: sameObject(node), patch: { spec: { unschedulable: true } } } as const]),
      write(drain, { phase: 'Draining', startTime: formatTime(nowMs), remainingPods: 0, waitingPods: [], observedGeneration: drain.metadata.generation, conditions: drained(drain, nowMs, { reason: 'Draining' }) }),
    ],
    events: [about(node, 'Normal', 'NodeDraining', `Node ${node.metadata.name} is being drained`)],
  };
}

function goOn({ drain, pods, budgets }: ObservedDrain, node: Node, nowMs: number): Plan {
  const { spec, status } = drain;
  const steps = planDrainSteps(pods, budgets, spec, nowMs);
  const remaining = steps.filter(({ action }) => action !== 'LEAVE');
  if (remaining.length === 0) return ended(drain, [], nowMs, undefined, about(node, 'Normal', 'NodeDrained', `Node ${node.metadata.name} is drained`));
  const endsMs = spec.timeoutSeconds > 0 ? Date.parse(status.startTime ?? '') + spec.timeoutSeconds * 1000 : Infinity;
  if (nowMs >= endsMs) {
    const message = `not drained within ${spec.timeoutSeconds} s; ${remaining.length === 1 ? '1 Pod is' : `${remaining.length} Pods are`} left`;
    return ended(drain, remaining, nowMs, { reason: 'TimedOut', message }, about(node, 'Warning', 'NodeDrainFailed', `Node ${node.metadata.name}: ${message}`));
  }
  const next: NodeDrainStatus = { ...status, remainingPods: remaining.length, waitingPods: waiting(remaining) };
  return {
    changes: [
      ...remaining.filter(({ action }) => action === 'EVICT').map(({ pod }): RequestedChange => ({ verb: 'evict', kind: 'Pod', target: sameObject(pod), options: withoutUndefined({ gracePeriodSeconds: spec.gracePeriodSeconds }) })),
      ...(sameValue(next, status) ? [] : [write(drain, next)]),
    ],
    requeueAfterMs: Number.isFinite(endsMs) ? endsMs - nowMs : undefined,
  };
}

/** Why a node is not drained. */
interface Failure {
  readonly reason: 'Draining' | 'TimedOut' | 'NodeNotFound';
  readonly message?: string | undefined;
}

function ended(drain: NodeDrain, remaining: readonly DrainStep[], nowMs: number, failure?: Failure, event?: PlannedEvent): Plan {
  const status: NodeDrainStatus = {
    ...drain.status, phase: failure ? 'Failed' : 'Drained', startTime: drain.status.startTime ?? formatTime(nowMs), completionTime: formatTime(nowMs),
    remainingPods: remaining.length, waitingPods: waiting(remaining), observedGeneration: drain.metadata.generation, conditions: drained(drain, nowMs, failure),
  };
  return { changes: [write(drain, status)], events: event ? [event] : [] };
}

function drained({ status }: NodeDrain, nowMs: number, failure?: Failure): NodeDrainStatus['conditions'] {
  return withCondition(status.conditions, failure ? { type: 'Drained', status: 'False', ...failure } : { type: 'Drained', status: 'True', reason: 'Drained' }, nowMs);
}

function waiting(steps: readonly DrainStep[]): NodeDrainStatus['waitingPods'] {
  const held = steps.filter(({ action }) => action === 'WAIT' || action === 'REFUSE');
  return held.slice(0, mostNamed).map(({ pod, reason }) => ({ namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, reason: reason ?? '' }));
}

function write(drain: NodeDrain, status: NodeDrainStatus): RequestedChange {
  return { verb: 'updateStatus', kind: 'NodeDrain', target: exactly(drain), status };
}

function about(node: Node, type: PlannedEvent['type'], reason: string, message: string): PlannedEvent {
  return { object: referenceTo(node), type, reason, message };
}
