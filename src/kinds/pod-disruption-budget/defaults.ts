import type { PodDisruptionBudgetInput, PodDisruptionBudgetStatus } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills a PodDisruptionBudget. */
export function applyDefaults({ spec }: PodDisruptionBudgetInput): Content<'PodDisruptionBudget'> {
  return { spec: { ...spec, unhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? 'IfHealthyBudget' } };
}

/** A new budget allows nothing until its Pods were counted. */
export function initialStatus(): PodDisruptionBudgetStatus {
  return { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, observedGeneration: 0, conditions: [] };
}
