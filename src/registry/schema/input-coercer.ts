import { isEnumType, isInputObjectType, isListType, isNonNullType, isScalarType } from 'graphql';
import type { GraphQLInputObjectType, GraphQLInputType } from 'graphql';

/** What a coercer gives for a value that may be wrong: let graphql-js find out what about it. */
export const unsure = Symbol('unsure');

/** A value as resolvers may see it, the same as `coerceInputValue` of graphql-js makes it, or `unsure`. */
export type InputCoercer = (value: unknown) => unknown;

const coercers = new WeakMap<GraphQLInputType, InputCoercer>();

/** The coercer of a type, made once. graphql-js looks at its types anew for every field of every value, and keeps track of the path in case it has to complain; this costs a tenth. */
export function coercerOf(type: GraphQLInputType): InputCoercer {
  let coercer = coercers.get(type);
  if (coercer === undefined) coercers.set(type, (coercer = makeCoercer(type)));
  return coercer;
}

function makeCoercer(type: GraphQLInputType): InputCoercer {
  if (isNonNullType(type)) return required(coercerOf(type.ofType));
  if (isListType(type)) return list(coercerOf(type.ofType));
  if (isInputObjectType(type)) return fields(type);
  if (isScalarType(type) || isEnumType(type)) return leaf((value) => type.parseValue(value));
  return () => unsure;
}

function required(inner: InputCoercer): InputCoercer {
  return (value) => (value === null || value === undefined ? unsure : inner(value));
}

function list(inner: InputCoercer): InputCoercer {
  return (value) => {
    if (value === null) return null;
    if (!Array.isArray(value)) return unsure;
    const result: unknown[] = [];
    for (let i = 0; i < value.length; i++) {
      const item = inner(value[i]);
      if (item === unsure) return unsure;
      result.push(item);
    }
    return result;
  };
}

function leaf(parse: (value: unknown) => unknown): InputCoercer {
  return (value) => {
    if (value === null) return null;
    try {
      const parsed = parse(value);
      return parsed === undefined ? unsure : parsed;
    } catch {
      return unsure;
    }
  };
}

/** Types may lead back to themselves, so those of the fields are looked at when first needed. */
function fields(type: GraphQLInputObjectType): InputCoercer {
  const definitions = Object.values(type.getFields());
  const names = new Set(definitions.map(({ name }) => name));
  let known: readonly { readonly name: string; readonly coerce: InputCoercer; readonly isRequired: boolean; readonly defaultValue: unknown }[] | undefined;
  return (value) => {
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value) || type.isOneOf) return unsure;
    known ??= definitions.map((field) => ({ name: field.name, coerce: coercerOf(field.type), isRequired: isNonNullType(field.type), defaultValue: field.defaultValue }));
    const given = value as Readonly<Record<string, unknown>>, result: Record<string, unknown> = {};
    for (const key in given) if (!names.has(key)) return unsure;
    for (const { name, coerce, isRequired, defaultValue } of known) {
      const field = given[name];
      if (field === undefined) {
        if (defaultValue !== undefined) result[name] = defaultValue;
        else if (isRequired) return unsure;
        continue;
      }
      const coerced = coerce(field);
      if (coerced === unsure) return unsure;
      result[name] = coerced;
    }
    return result;
  };
}
