import { GraphQLError, Kind, valueFromASTUntyped } from 'graphql';
import type { GraphQLScalarType, ValueNode } from 'graphql';
import type { Read } from '../../model/scalars/read.ts';

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
