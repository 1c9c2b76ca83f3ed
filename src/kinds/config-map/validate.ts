import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a ConfigMap. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a ConfigMap. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}
