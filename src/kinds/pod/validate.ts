import { memo } from '../../lib/memo.ts';
import { checkConditions, checkIp, checkRange, checkUnique } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { ContainerStatus, Pod, PodStatus } from '../../model/object.ts';
import { checkPodSpec } from './validate-spec.ts';
import { checkPodSpecUpdate } from './validate-update.ts';

/** Pods of one template share their spec, and what is wrong with it. */
const specErrors = memo(256, (spec: Pod['spec']) => collectErrors((field) => checkPodSpec(field, spec), 'spec'));

/** Everything that is wrong with a Pod. */
export function validate({ spec }: Pod): readonly FieldError[] {
  return specErrors(spec);
}

/** Everything that is wrong with a change of a Pod. Setting an unset nodeName is the binding to a node. */
export function validateUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  return collectErrors((field) => checkPodSpecUpdate(field, next.spec, previous.spec), 'spec');
}

/** Everything that is wrong with a status of a Pod. Once it has ended it stays so, in the way it ended. */
export function validateStatus(next: PodStatus, previous: PodStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkConditions(field.at('conditions'), next.conditions);
    checkContainerStatuses(field.at('containerStatuses'), next.containerStatuses);
    checkContainerStatuses(field.at('initContainerStatuses'), next.initContainerStatuses);
    checkIp(field.at('podIP'), next.podIP);
    checkIp(field.at('hostIP'), next.hostIP);
    const hasEnded = previous.phase === 'Succeeded' || previous.phase === 'Failed';
    if (hasEnded && next.phase !== previous.phase) field.at('phase').fail(`is ${next.phase}; must stay ${previous.phase}, because the Pod has ended`);
  }, 'status');
}

function checkContainerStatuses(field: Field, statuses: readonly ContainerStatus[]): void {
  checkUnique(field, statuses, (status) => status.name, 'name');
  checkEach(field, statuses, (element, status) => {
    checkRange(element.at('restartCount'), status.restartCount, 0);
    const { waiting, running, terminated } = status.state;
    if ([waiting, running, terminated].filter((state) => state !== undefined).length > 1) element.at('state').fail('must have at most one of waiting, running and terminated');
  });
}
