import { getNullableType, isInputObjectType, isRequiredInputField } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import type { FieldError } from '../../model/errors.ts';
import { isFields } from '../merge-patch.ts';

/**
 * The required fields that are missing from an object after a patch, wherever the patch reaches: those that it removed, and those of objects that it began.
 * Quick: what the patch leaves alone was complete before, and lists in it are complete by their type.
 */
export function missingFields(type: GraphQLInputType, patched: unknown, patch: unknown): readonly FieldError[] {
  const errors: FieldError[] = [];
  collect(type, patched, patch, '', errors);
  return errors;
}

interface InputField {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly isRequired: boolean;
}

const fieldsByType = new WeakMap<object, readonly InputField[]>();

function collect(type: GraphQLInputType, patched: unknown, patch: unknown, path: string, errors: FieldError[]): void {
  if (!isFields(patched) || !isFields(patch)) return;
  for (const field of fieldsOf(type)) {
    const value = patched[field.name];
    if (value === undefined ? !field.isRequired : patch[field.name] === undefined) continue;
    const place = path === '' ? field.name : `${path}.${field.name}`;
    if (value === undefined) errors.push({ path: place, message: 'is required' });
    else collect(field.type, value, patch[field.name], place, errors);
  }
}

/** None of types that are not input objects. */
function fieldsOf(type: GraphQLInputType): readonly InputField[] {
  const known = fieldsByType.get(type);
  if (known) return known;
  const bare = getNullableType(type);
  const fields = isInputObjectType(bare) ? Object.values(bare.getFields()).map((field) => ({ name: field.name, type: field.type, isRequired: isRequiredInputField(field) })) : [];
  fieldsByType.set(type, fields);
  return fields;
}
