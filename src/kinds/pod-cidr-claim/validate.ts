import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a claim on a range of Pod addresses. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a claim on a range of Pod addresses. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}
