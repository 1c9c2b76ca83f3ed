import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with an Event. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of an Event. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}
