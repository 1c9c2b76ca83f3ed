import { checkLabelSelector, checkOwnSelector } from '../../model/check-selector.ts';
import { checkConditions, checkRange, checkUnchanged } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { Deployment, DeploymentStatus } from '../../model/object.ts';
import { checkPodTemplate } from '../pod/validate-spec.ts';
import { checkCounts } from '../replica-set/check-counts.ts';
import { checkStrategy } from './validate-strategy.ts';

/** Everything that is wrong with a Deployment. */
export function validate({ spec }: Deployment): readonly FieldError[] {
  return collectErrors((field) => {
    checkRange(field.at('replicas'), spec.replicas, 0);
    checkLabelSelector(field.at('selector'), spec.selector);
    checkOwnSelector(field.at('selector'), spec.selector, spec.template.metadata.labels);
    checkPodTemplate(field.at('template'), spec.template);
    checkStrategy(field.at('strategy'), spec.strategy);
    checkRange(field.at('minReadySeconds'), spec.minReadySeconds, 0);
    checkRange(field.at('revisionHistoryLimit'), spec.revisionHistoryLimit, 0);
    checkRange(field.at('progressDeadlineSeconds'), spec.progressDeadlineSeconds, 0);
    if (spec.progressDeadlineSeconds <= spec.minReadySeconds) field.at('progressDeadlineSeconds').fail(`is ${spec.progressDeadlineSeconds}; must be greater than minReadySeconds, ${spec.minReadySeconds}`);
  }, 'spec');
}

/** Everything that is wrong with a change of a Deployment. */
export function validateUpdate(next: Deployment, previous: Deployment): readonly FieldError[] {
  return collectErrors((field) => checkUnchanged(field.at('selector'), next.spec.selector, previous.spec.selector), 'spec');
}

/** Everything that is wrong with a status of a Deployment. */
export function validateStatus(next: DeploymentStatus, previous: DeploymentStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkCounts(field, next, [['replicas'], ['unavailableReplicas'], ['observedGeneration'], ['collisionCount'], ['updatedReplicas', 'replicas'], ['readyReplicas', 'replicas'], ['availableReplicas', 'readyReplicas']]);
    if (next.collisionCount < previous.collisionCount) field.at('collisionCount').fail(`is ${next.collisionCount}; must be at least ${previous.collisionCount}, its value so far`);
    checkConditions(field.at('conditions'), next.conditions);
  }, 'status');
}
