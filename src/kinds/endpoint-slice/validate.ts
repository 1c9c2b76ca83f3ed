import type { FieldError } from '../../model/errors.ts';

/** Everything that is wrong with an EndpointSlice. */
export function validate(): readonly FieldError[] {
  return [];
}

/** Everything that is wrong with a change of an EndpointSlice. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}
