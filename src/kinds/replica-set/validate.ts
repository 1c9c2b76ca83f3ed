import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with a ReplicaSet. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of a ReplicaSet. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a status of a ReplicaSet. */
export function validateStatus(): readonly FieldError[] {
  return [];
}
