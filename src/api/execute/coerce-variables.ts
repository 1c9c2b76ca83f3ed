import { coerceInputValue, GraphQLError, isInputType, isNonNullType, typeFromAST, valueFromAST } from 'graphql';
import type { GraphQLInputType, GraphQLSchema, VariableDefinitionNode } from 'graphql';
import { coercerOf, unsure } from '../../registry/schema/input-coercer.ts';

/** Variables as resolvers may see them, or what is wrong with them: one error a field. */
export type CoercedVariables =
  | { readonly values: Record<string, unknown>; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[] };

/** More wrong fields than this are not listed. */
const mostErrors = 50;

/** Checks variables against their definitions and fills defaults, as graphql-js does, but no message repeats a value: it may be secret. */
export function coerceVariables(schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[], given: Readonly<Record<string, unknown>>): CoercedVariables {
  const values: Record<string, unknown> = Object.create(null);
  const errors: GraphQLError[] = [];
  for (const definition of definitions) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    const complain = (path: readonly (string | number)[], message: string) => {
      if (errors.length < mostErrors) errors.push(problem(definition, path, message));
    };
    if (!type || !isInputType(type)) {
      complain([], 'has no input type of this schema');
    } else if (!Object.hasOwn(given, name) || given[name] === undefined) {
      if (definition.defaultValue) values[name] = valueFromAST(definition.defaultValue, type);
      else if (isNonNullType(type)) complain([], `is required: ${String(type)}`);
    } else if (given[name] === null && isNonNullType(type)) {
      complain([], `must not be null: ${String(type)}`);
    } else {
      values[name] = coerce(given[name], type, complain);
    }
  }
  return errors.length > 0 ? { errors } : { values };
}

function coerce(value: unknown, type: GraphQLInputType, complain: (path: readonly (string | number)[], message: string) => void): unknown {
  const coerced = coercerOf(type)(value);
  if (coerced !== unsure) return coerced;
  return coerceInputValue(value, type, (path, _value, error) => complain(path, withoutValue(error.message)));
}

/** graphql's own scalars end their messages with the value: `Int cannot represent non-integer value: "x"`. */
function withoutValue(message: string): string {
  return message.replace(/^(\S+ cannot represent [^:]*?)( value)?: .*$/s, '$1$2');
}

function problem(definition: VariableDefinitionNode, path: readonly (string | number)[], message: string): GraphQLError {
  const name = definition.variable.name.value;
  const inside = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return new GraphQLError(`variable "$${name}"${inside ? ` at "${name}${inside}"` : ''}: ${message}`, {
    nodes: definition,
    extensions: { code: 'BAD_USER_INPUT', fields: [{ path: inside ? inside.replace(/^\./, '') : name, message }] },
  });
}
