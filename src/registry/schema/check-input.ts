import { coerceInputValue } from 'graphql';
import type { GraphQLError, GraphQLInputType } from 'graphql';
import type { FieldError } from '../../model/errors.ts';
import type { KindName } from '../../model/object.ts';
import { coercerOf, unsure } from './input-coercer.ts';
import { inputType } from './input-schema.ts';

/** A value read as an input type, and all that is wrong with it. */
export interface ReadInput {
  readonly value: unknown;
  readonly errors: readonly FieldError[];
}

/** Everything that keeps a value from being a kind's whole input: unknown fields (with "did you mean"), missing ones, wrong types. */
export function checkInput(kind: KindName, value: unknown): readonly FieldError[] {
  return readInput(inputType(`${kind}Input`), value).errors;
}

/** Reads a value as an input type. Paths of errors start below the value. */
export function readInput(type: GraphQLInputType, value: unknown): ReadInput {
  const sure = coercerOf(type)(value);
  if (sure !== unsure) return { value: sure, errors: [] };
  const errors: FieldError[] = [];
  const read: unknown = coerceInputValue(value, type, (path, _invalid, error) => errors.push(explain(pathText(path), error)));
  return { value: read, errors };
}

function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : below(text, step)), '');
}

function below(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/** GraphQL's words for what a person wrote in a manifest. The causes that our own scalars give come through as they are. */
function explain(path: string, error: GraphQLError): FieldError {
  const unknown = /^Field "(.+?)" is not defined by type ".+?"\.(?: Did you mean (.+)\?)?$/.exec(error.message);
  if (unknown) return { path: below(path, unknown[1] ?? ''), message: unknown[2] ? `unknown field; did you mean ${unknown[2]}?` : 'unknown field' };
  const missing = /^Field "(.+?)" of required type ".+?" was not provided\.$/.exec(error.message);
  if (missing) return { path: below(path, missing[1] ?? ''), message: 'is required' };
  if (error.originalError instanceof TypeError) return { path, message: error.originalError.message };
  return { path, message: plain.find(([pattern]) => pattern.test(error.message))?.[1] ?? error.message };
}

const plain: readonly (readonly [RegExp, string])[] = [
  [/^Expected non-nullable type/, 'is required'],
  [/^Expected type .+ to be an object\.$/, 'must be an object'],
  [/^(String|ID) cannot represent/, 'must be text; put it in quotes'],
  [/^Int cannot represent/, 'must be a whole number'],
  [/^Float cannot represent/, 'must be a number'],
  [/^Boolean cannot represent/, 'must be true or false'],
];
