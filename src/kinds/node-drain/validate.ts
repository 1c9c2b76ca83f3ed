import { checkLabelSelector } from '../../model/check-selector.ts';
import { checkConditions, checkRange } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { NodeDrain, NodeDrainStatus } from '../../model/object.ts';
import { checkCounts } from '../replica-set/check-counts.ts';

/** Everything that is wrong with a NodeDrain. */
export function validate({ spec }: NodeDrain): readonly FieldError[] {
  return collectErrors((field) => {
    checkRange(field.at('gracePeriodSeconds'), spec.gracePeriodSeconds, 0);
    checkRange(field.at('timeoutSeconds'), spec.timeoutSeconds, 0);
    if (spec.podSelector) checkLabelSelector(field.at('podSelector'), spec.podSelector);
  }, 'spec');
}

/** Other options begin the work anew. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a NodeDrain. */
export function validateStatus(next: NodeDrainStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkCounts(field, next, [['remainingPods'], ['observedGeneration']]);
    checkConditions(field.at('conditions'), next.conditions);
  }, 'status');
}
