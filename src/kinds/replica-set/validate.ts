import { checkLabelSelector, checkOwnSelector } from '../../model/check-selector.ts';
import { checkConditions, checkRange, checkUnchanged } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { ReplicaSet, ReplicaSetStatus } from '../../model/object.ts';
import { checkPodTemplate } from '../pod/validate-spec.ts';
import { checkCounts } from './check-counts.ts';

/** Everything that is wrong with a ReplicaSet. */
export function validate({ spec }: ReplicaSet): readonly FieldError[] {
  return collectErrors((field) => {
    checkRange(field.at('replicas'), spec.replicas, 0);
    checkRange(field.at('minReadySeconds'), spec.minReadySeconds, 0);
    checkLabelSelector(field.at('selector'), spec.selector);
    checkOwnSelector(field.at('selector'), spec.selector, spec.template.metadata.labels);
    checkPodTemplate(field.at('template'), spec.template);
  }, 'spec');
}

/** Everything that is wrong with a change of a ReplicaSet. */
export function validateUpdate(next: ReplicaSet, previous: ReplicaSet): readonly FieldError[] {
  return collectErrors((field) => checkUnchanged(field.at('selector'), next.spec.selector, previous.spec.selector), 'spec');
}

/** Everything that is wrong with a status of a ReplicaSet. */
export function validateStatus(next: ReplicaSetStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkCounts(field, next, [['replicas'], ['observedGeneration'], ['fullyLabeledReplicas', 'replicas'], ['readyReplicas', 'replicas'], ['availableReplicas', 'readyReplicas']]);
    checkConditions(field.at('conditions'), next.conditions);
  }, 'status');
}
