import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a claim on a port of every node. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a claim on a port of every node. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}
