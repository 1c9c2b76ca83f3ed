import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a Namespace. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a Namespace. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a Namespace. */
export function validateStatus(): readonly FieldError[] {
  return [];
}
