import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a claim on a virtual address. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a claim on a virtual address. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}
