import { checkName } from '../../model/check-metadata.ts';
import { checkConditions } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Namespace, NamespaceStatus } from '../../model/object.ts';

/** Everything that is wrong with a Namespace. */
export function validate({ spec }: Namespace): readonly FieldError[] {
  return collectErrors((field) => checkEach(field.at('finalizers'), spec.finalizers, (element, finalizer) => checkName(element, 'label-key', finalizer)), 'spec');
}

/** Everything that is wrong with a change of a Namespace: while it is deleted, finalizers may only go. */
export function validateUpdate(next: Namespace, previous: Namespace): readonly FieldError[] {
  if (previous.metadata.deletionTimestamp === undefined) return [];
  return collectErrors((field) => checkEach(field.at('finalizers'), next.spec.finalizers, (element, finalizer) => {
    if (!previous.spec.finalizers.includes(finalizer)) element.fail(`${JSON.stringify(finalizer)} must not be added: the namespace is being deleted`);
  }), 'spec');
}

/** Everything that is wrong with a status of a Namespace. */
export function validateStatus(next: NamespaceStatus): readonly FieldError[] {
  return collectErrors((field) => checkConditions(field.at('conditions'), next.conditions), 'status');
}
