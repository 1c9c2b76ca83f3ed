import { GraphQLError, Kind, valueFromASTUntyped } from 'graphql';
import type { GraphQLScalarType, ValueNode } from 'graphql';

/** Reads one value of a scalar. Throws with a reason for people; the reason never repeats the value, which may be secret. */
export type Read<T> = (value: unknown) => T;

/** A scalar whose outputs are sent as stored and whose inputs, literal or variable, go through one reader. */
export interface ScalarDefinition {
  readonly serialize: (value: unknown) => unknown;
  readonly parseValue: GraphQLScalarType['parseValue'];
  readonly parseLiteral: GraphQLScalarType['parseLiteral'];
}

/** Makes a scalar of a reader. */
export function defineScalar(read: Read<unknown>): ScalarDefinition {
  const parse: Read<unknown> = (value) => {
    try {
      return read(value);
    } catch (error) {
      throw new GraphQLError(error instanceof Error ? error.message : 'is not valid', { extensions: { code: 'BAD_USER_INPUT' } });
    }
  };
  return {
    serialize: (value) => value,
    parseValue: parse,
    // Validation comes without variables: what they hold is checked when the document runs.
    parseLiteral: (node, variables) => (variables == null && holdsVariable(node) ? undefinedUntilRun : parse(valueFromASTUntyped(node, variables))),
  };
}

const undefinedUntilRun = {};

function holdsVariable(node: ValueNode): boolean {
  switch (node.kind) {
    case Kind.VARIABLE: return true;
    case Kind.LIST: return node.values.some(holdsVariable);
    case Kind.OBJECT: return node.fields.some((field) => holdsVariable(field.value));
    default: return false;
  }
}

/** What a value is, for messages: `a list`, `null`, `a number`. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return { string: 'text', number: 'a number', boolean: 'true or false', object: 'a map' }[typeof value as string] ?? typeof value;
}
