import { checkLabelSelector } from '../../model/check-selector.ts';
import { checkConditions, checkCountOrPercent, checkExactlyOne } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../model/object.ts';
import { checkCounts } from '../replica-set/check-counts.ts';

/** Everything that is wrong with a PodDisruptionBudget. */
export function validate({ spec }: PodDisruptionBudget): readonly FieldError[] {
  return collectErrors((field) => {
    if (spec.selector) checkLabelSelector(field.at('selector'), spec.selector);
    checkExactlyOne(field, spec, ['minAvailable', 'maxUnavailable']);
    for (const name of ['minAvailable', 'maxUnavailable'] as const) if (spec[name] !== undefined) checkCountOrPercent(field.at(name), spec[name], 100);
  }, 'spec');
}

/** Any valid state may follow any other. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a PodDisruptionBudget. */
export function validateStatus(next: PodDisruptionBudgetStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkCounts(field, next, [['disruptionsAllowed'], ['currentHealthy'], ['desiredHealthy'], ['expectedPods'], ['observedGeneration']]);
    for (const [name, time] of Object.entries(next.disruptedPods ?? {})) if (Number.isNaN(Date.parse(time))) field.at('disruptedPods').key(name).fail(`${JSON.stringify(time)} must be a time, such as "2030-01-02T03:04:05Z"`);
    checkConditions(field.at('conditions'), next.conditions);
  }, 'status');
}
