import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a Pod. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a Pod. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a Pod. */
export function validateStatus(): readonly FieldError[] {
  return [];
}
