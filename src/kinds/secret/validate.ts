import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a Secret. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a Secret. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}
