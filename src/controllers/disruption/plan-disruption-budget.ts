import type { Plan, PlannedEvent } from '../../control/reconciler.ts';
import { isPodReady, isPodTerminating } from '../../kinds/pod/pod-state.ts';
import { formatTime } from '../../lib/clock.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { sameValue } from '../../lib/same-value.ts';
import { withCondition } from '../../model/conditions.ts';
import type { ConditionUpdate } from '../../model/conditions.ts';
import { scaledValue } from '../../model/int-or-string.ts';
import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../model/object.ts';
import { exactly, referenceTo } from '../object-key.ts';
import type { Scale } from './scale-of.ts';

/** A budget with the Pods that it selects, and what their controllers want. */
export interface ObservedBudget {
  readonly budget: PodDisruptionBudget;
  readonly pods: readonly Pod[];
  /** Of every Pod, in the same order. */
  readonly scales: readonly Scale[];
}

/** For so long an evicted Pod that is still there counts as gone. */
const confirmWithinMs = 120_000;

/** Counts the Pods of a budget and says how many may be evicted. The status is written against the revision that was read: an eviction in between leads to another look. */
export function planDisruptionBudget(observed: ObservedBudget, nowMs: number): Plan {
  const { budget } = observed;
  const unconfirmed = unconfirmedEvictions(observed, nowMs);
  const counted = countPods(observed, unconfirmed);
  const condition = conditionOf(counted, budget.metadata.generation);
  const status = withoutUndefined({
    ...('failure' in counted ? { ...budget.status, disruptionsAllowed: 0 } : counted),
    disruptedPods: unconfirmed.size > 0 ? Object.fromEntries([...unconfirmed].map(([name, timeMs]) => [name, formatTime(timeMs)])) : undefined,
    observedGeneration: budget.metadata.generation,
    conditions: withCondition(budget.status.conditions, condition, nowMs),
  });
  const isSame = sameValue(status, withoutUndefined({ ...budget.status }));
  const nextMs = Math.min(...[...unconfirmed.values()].map((timeMs) => timeMs + confirmWithinMs - nowMs));
  return {
    changes: isSame ? [] : [{ verb: 'updateStatus', kind: 'PodDisruptionBudget', target: exactly(budget), status: status as PodDisruptionBudgetStatus }],
    events: isSame ? [] : eventsFor(observed, counted),
    requeueAfterMs: Number.isFinite(nextMs) ? Math.max(nextMs, 1) : undefined,
  };
}

type Counts = Pick<PodDisruptionBudgetStatus, 'disruptionsAllowed' | 'currentHealthy' | 'desiredHealthy' | 'expectedPods'>;

function countPods(observed: ObservedBudget, unconfirmed: ReadonlyMap<string, number>): Counts | { readonly failure: string } {
  const expected = expectedPods(observed);
  if (typeof expected === 'string') return { failure: expected };
  const { minAvailable, maxUnavailable = 0 } = observed.budget.spec;
  const desiredHealthy = minAvailable === undefined ? Math.max(0, expected - scaledValue(maxUnavailable, expected, 'up')) : scaledValue(minAvailable, expected, 'up');
  const currentHealthy = observed.pods.filter((pod) => isPodReady(pod) && !isPodTerminating(pod) && !unconfirmed.has(pod.metadata.name)).length;
  return { expectedPods: expected, desiredHealthy, currentHealthy, disruptionsAllowed: expected > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0 };
}

/** How many Pods there should be, or why nobody can tell. Each controller counts once, however many Pods it has; Pods that nobody manages do not count. */
function expectedPods({ budget, pods, scales }: ObservedBudget): number | string {
  if (typeof budget.spec.minAvailable === 'number') return pods.length;
  const wanted = new Map<string, number>();
  for (const [index, scale] of scales.entries()) {
    if (scale.type === 'unknown') return `found no controller with a number of replicas for Pod "${pods[index]?.metadata.name ?? ''}"; give minAvailable as a number`;
    if (scale.type === 'scaled') wanted.set(scale.uid, scale.replicas);
  }
  return [...wanted.values()].reduce((sum, replicas) => sum + replicas, 0);
}

/** Evicted Pods that do not look like it yet, and the times of their evictions in ms. */
function unconfirmedEvictions({ budget, pods }: ObservedBudget, nowMs: number): ReadonlyMap<string, number> {
  const present = new Set(pods.filter((pod) => !isPodTerminating(pod)).map(({ metadata }) => metadata.name));
  const evicted = Object.entries(budget.status.disruptedPods ?? {}).map(([name, time]) => [name, Date.parse(time)] as const);
  return new Map(evicted.filter(([name, timeMs]) => present.has(name) && timeMs + confirmWithinMs > nowMs));
}

function conditionOf(counted: Counts | { readonly failure: string }, observedGeneration: number): ConditionUpdate {
  const type = 'DisruptionAllowed';
  if ('failure' in counted) return { type, status: 'False', reason: 'SyncFailed', message: counted.failure, observedGeneration };
  return counted.disruptionsAllowed > 0 ? { type, status: 'True', reason: 'SufficientPods', observedGeneration } : { type, status: 'False', reason: 'InsufficientPods', observedGeneration };
}

function eventsFor({ budget, pods, scales }: ObservedBudget, counted: Counts | { readonly failure: string }): readonly PlannedEvent[] {
  const object = referenceTo(budget);
  if ('failure' in counted) return [{ object, type: 'Warning', reason: 'CalculateExpectedPodCountFailed', message: `Failed to calculate the number of expected pods: ${counted.failure}` }];
  if (pods.length === 0) return [{ object, type: 'Normal', reason: 'NoPods', message: 'No matching pods found' }];
  const unmanaged = scales.filter(({ type }) => type === 'unmanaged').length;
  if (unmanaged === 0 || typeof budget.spec.minAvailable === 'number') return [];
  return [{ object, type: 'Warning', reason: 'UnmanagedPods', message: `${unmanaged} of the Pods have no controller and are not counted; give minAvailable as a number to protect them` }];
}
