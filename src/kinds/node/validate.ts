import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a Node. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a Node. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a Node. */
export function validateStatus(): readonly FieldError[] {
  return [];
}
