import { getNullableType, isListType, isNonNullType, isObjectType, isScalarType } from 'graphql';
import type { GraphQLObjectType, GraphQLOutputType } from 'graphql';
import type { KindName } from '../../model/object.ts';
import { isFields } from '../merge-patch.ts';
import { objectType } from './input-schema.ts';

/** Completes one value; undefined where it is absent and may be. */
type Complete = (value: unknown) => unknown;

/** A type's fields with what completes each, in the schema's order. */
type CompletedFields = readonly { readonly name: string; readonly complete: Complete }[];

const asIs: Complete = (value) => value ?? undefined;
const fieldsOf = new Map<string, CompletedFields>();

/** A reported status with what may be left out of it filled in: no elements, zero, false, nothing known. Without nulls. */
export function completeStatus(kind: KindName, status: unknown): unknown {
  return isFields(status) ? completeObject(fieldsOfType(objectType(`${kind}Status`)), status) : status ?? {};
}

function completeObject(fields: CompletedFields, value: Readonly<Record<string, unknown>>): unknown {
  const completed: Record<string, unknown> = {};
  for (const { name, complete } of fields) {
    const field = complete(value[name]);
    if (field !== undefined) completed[name] = field;
  }
  return completed;
}

/** Worked out once for each type, because every report of every Pod asks. */
function fieldsOfType(type: GraphQLObjectType): CompletedFields {
  const known = fieldsOf.get(type.name);
  if (known) return known;
  const fields: { readonly name: string; readonly complete: Complete }[] = [];
  fieldsOf.set(type.name, fields);
  for (const [name, field] of Object.entries(type.getFields())) fields.push({ name, complete: completerOf(field.type) });
  return fields;
}

function completerOf(type: GraphQLOutputType): Complete {
  const bare = getNullableType(type);
  const present = presentCompleter(bare);
  if (!isNonNullType(type)) return present === asIs ? asIs : (value) => (value === undefined || value === null ? undefined : present(value));
  const empty = emptyMaker(bare);
  return (value) => (value === undefined || value === null ? empty() : present(value));
}

function presentCompleter(bare: GraphQLOutputType): Complete {
  if (isListType(bare)) {
    const element = completerOf(bare.ofType as GraphQLOutputType);
    return (value) => (Array.isArray(value) ? value.map((item) => element(item)) : value);
  }
  if (!isObjectType(bare)) return asIs;
  const fields = fieldsOfType(bare);
  return (value) => (isFields(value) ? completeObject(fields, value) : value);
}

function emptyMaker(type: GraphQLOutputType): () => unknown {
  if (isListType(type)) return () => [];
  if (isObjectType(type)) {
    const fields = fieldsOfType(type);
    return () => completeObject(fields, {});
  }
  if (!isScalarType(type)) return () => undefined;
  if (type.name.endsWith('Map')) return () => ({});
  const zero = { Int: 0, Float: 0, Boolean: false }[type.name];
  return () => zero;
}
