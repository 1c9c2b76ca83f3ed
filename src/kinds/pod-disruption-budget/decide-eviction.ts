import { formatTime } from '../../lib/clock.ts';
import type { Pod, PodDisruptionBudget } from '../../model/object.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import { isPodReady, isPodTerminal, isPodTerminating } from '../pod/pod-state.ts';

/** Whether a Pod may be evicted, and what that costs. */
export type EvictionDecision =
  /** Nothing is disrupted by it: the Pod has ended, does not run yet, or goes already. */
  | { readonly type: 'harmless' }
  /** It may go. `budget` is the one that pays for it, as it is afterwards; none where no budget protects the Pod. */
  | { readonly type: 'allowed'; readonly budget: PodDisruptionBudget | undefined }
  /** Not now; another moment may do. */
  | { readonly type: 'wait'; readonly reason: string }
  /** Not as long as the budgets stay as they are. */
  | { readonly type: 'refused'; readonly reason: string };

/** Evictions that a budget's controller has not confirmed; with more than this the controller is not at work. */
const mostUnconfirmed = 2000;

/** Decides as Kubernetes' Eviction subresource does. `budgets` are those of the Pod's namespace. Reasons name budget and numbers. */
export function decideEviction(pod: Pod, budgets: readonly PodDisruptionBudget[], nowMs: number): EvictionDecision {
  if (isPodTerminal(pod) || pod.status.phase === 'Pending' || isPodTerminating(pod)) return { type: 'harmless' };
  const [budget, ...others] = budgetsOf(pod, budgets);
  if (!budget) return { type: 'allowed', budget: undefined };
  if (others.length > 0) {
    const names = [budget, ...others].map(({ metadata }) => `"${metadata.name}"`).join(' and ');
    return { type: 'refused', reason: `it has more than one PodDisruptionBudget, ${names}, which eviction does not support; let their selectors not overlap` };
  }
  if (!isPodReady(pod) && mayGoUnhealthy(budget)) return { type: 'allowed', budget: undefined };
  return takeOne(budget, pod, nowMs);
}

/** The budgets that protect a Pod, out of those of its namespace. */
export function budgetsOf(pod: Pod, budgets: readonly PodDisruptionBudget[]): readonly PodDisruptionBudget[] {
  return budgets.filter(({ spec }) => matchesLabelSelector(spec.selector, pod.metadata.labels));
}

/** A Pod that is not ready adds nothing to the healthy ones, so evicting it costs nothing where the budget holds without it. */
function mayGoUnhealthy({ spec, status }: PodDisruptionBudget): boolean {
  return spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || (status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy);
}

function takeOne(budget: PodDisruptionBudget, pod: Pod, nowMs: number): EvictionDecision {
  const { metadata, status } = budget;
  const name = `PodDisruptionBudget "${metadata.namespace ?? ''}/${metadata.name}"`;
  if (status.observedGeneration < metadata.generation) return { type: 'wait', reason: `${name} has just changed and is still being processed` };
  if (Object.keys(status.disruptedPods ?? {}).length >= mostUnconfirmed) return { type: 'wait', reason: `${name} has ${mostUnconfirmed} evictions that its controller has not confirmed; see that a server with the role "controllers" runs` };
  if (status.disruptionsAllowed <= 0) return { type: 'wait', reason: `${name} needs ${status.desiredHealthy} healthy ${status.desiredHealthy === 1 ? 'Pod' : 'Pods'} and has ${status.currentHealthy} currently` };
  return {
    type: 'allowed',
    budget: { ...budget, status: { ...status, disruptionsAllowed: status.disruptionsAllowed - 1, disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: formatTime(nowMs) } } },
  };
}
