import { getNullableType, isInputObjectType, isRequiredInputField } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import type { FieldError } from '../../model/errors.ts';
import { isFields } from '../merge-patch.ts';

/**
 * The required fields that are missing from an object after a patch, wherever the patch reaches: those that it removed, and those of objects that it began.
 * Quick: what the patch leaves alone was complete before, and lists in it are complete by their type.
 */
export function missingFields(type: GraphQLInputType, patched: unknown, patch: unknown, path = ''): readonly FieldError[] {
  const bare = getNullableType(type);
  if (!isInputObjectType(bare) || !isFields(patched) || !isFields(patch)) return [];
  const fields = bare.getFields(), errors: FieldError[] = [];
  for (const name in fields) {
    const field = fields[name];
    if (!field) continue;
    const place = path === '' ? name : `${path}.${name}`;
    if (patched[name] !== undefined) errors.push(...missingFields(field.type, patched[name], patch[name], place));
    else if (isRequiredInputField(field)) errors.push({ path: place, message: 'is required' });
  }
  return errors;
}
