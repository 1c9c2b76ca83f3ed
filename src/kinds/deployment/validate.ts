import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a Deployment. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a Deployment. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a Deployment. */
export function validateStatus(): readonly FieldError[] {
  return [];
}
