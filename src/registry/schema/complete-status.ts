import { getNullableType, isListType, isNonNullType, isObjectType, isScalarType } from 'graphql';
import type { GraphQLOutputType } from 'graphql';
import type { KindName } from '../../model/object.ts';
import { isFields } from '../merge-patch.ts';
import { objectType } from './input-schema.ts';

/** A reported status with what may be left out of it filled in: no elements, zero, false, nothing known. Without nulls. */
export function completeStatus(kind: KindName, status: unknown): unknown {
  return complete(objectType(`${kind}Status`), status);
}

function complete(type: GraphQLOutputType, value: unknown): unknown {
  const bare = getNullableType(type);
  if (value === undefined || value === null) return isNonNullType(type) ? emptyOf(bare) : undefined;
  if (isListType(bare)) return Array.isArray(value) ? value.map((element) => complete(bare.ofType as GraphQLOutputType, element)) : value;
  if (!isObjectType(bare) || !isFields(value)) return value;
  const fields = Object.entries(bare.getFields()).flatMap(([name, field]) => {
    const completed = complete(field.type, value[name]);
    return completed === undefined ? [] : [[name, completed] as const];
  });
  return Object.fromEntries(fields);
}

function emptyOf(type: GraphQLOutputType): unknown {
  if (isListType(type)) return [];
  if (isObjectType(type)) return complete(type, {});
  if (!isScalarType(type)) return undefined;
  if (type.name.endsWith('Map')) return {};
  return { Int: 0, Float: 0, Boolean: false }[type.name];
}
