import { decideEviction } from '../../kinds/pod-disruption-budget/decide-eviction.ts';
import { withCondition } from '../../model/conditions.ts';
import { ApiError, describe } from '../../model/errors.ts';
import { keyOf } from '../../model/object.ts';
import type { Pod, StoredObject } from '../../model/object.ts';
import { definitionOf } from '../any-kind.ts';
import type { DeleteOptions, Target } from '../registry.ts';
import { planDeletion } from './plan-deletion.ts';
import { resolveTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/**
 * Marks a Pod for deletion if its budget allows it, and takes that from the budget in the same change set: of two evictions that come at once, on whichever
 * servers, the second is decided on what the first left. Throws NOT_FOUND, CONFLICT, TOO_MANY_REQUESTS, or FORBIDDEN where several budgets protect the Pod.
 */
export function stageEvict(target: Target, options: Pick<DeleteOptions, 'gracePeriodSeconds'> = {}, context: VerbContext): StagedChange {
  const { staging, nowMs, change } = context;
  const previous = resolveTarget('Pod', target, staging);
  const pod = previous as StoredObject & Pod;
  const budgets = staging.list('PodDisruptionBudget').filter(({ metadata }) => metadata.namespace === pod.metadata.namespace);
  const decision = decideEviction(pod, budgets, nowMs);
  if (decision.type === 'wait') throw new ApiError('TOO_MANY_REQUESTS', `cannot evict ${describe(keyOf(pod))} as it would violate the pod's disruption budget: ${decision.reason}`, { subject: keyOf(pod) });
  if (decision.type === 'refused') throw new ApiError('FORBIDDEN', `cannot evict ${describe(keyOf(pod))}: ${decision.reason}`, { subject: keyOf(pod) });
  if (decision.type === 'allowed' && decision.budget) staging.put(decision.budget, change);
  staging.put(planDeletion(decision.type === 'allowed' ? disrupted(pod, nowMs) : pod, options, definitionOf('Pod').defaultPropagation, nowMs), change);
  return { key: keyOf(previous), previous };
}

function disrupted(pod: StoredObject & Pod, nowMs: number): StoredObject {
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' } as const;
  return { ...pod, status: { ...pod.status, conditions: withCondition(pod.status.conditions, condition, nowMs) } };
}
