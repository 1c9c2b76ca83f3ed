import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a Service. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a Service. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a Service. */
export function validateStatus(): readonly FieldError[] {
  return [];
}
