import { GraphQLError, GraphQLScalarType, Kind, visit } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

/** A document turned into a function. Variables must have been coerced. Fields of the result are as graphql-js would make them. */
export type CompiledQuery = (root: unknown, context: unknown, coercedVariables: Readonly<Record<string, unknown>>) => Promise<ExecutionResult> | ExecutionResult;

const coerced = new GraphQLScalarType({ name: 'GantryCoerced', parseValue: (value) => value });

/**
 * Compiles one operation by graphql-jit, or undefined where it can't. Its own coercion of variables is left out, for ours lists every wrong field:
 * the compiler sees a schema in which each variable is of a scalar that takes anything.
 */
export function compileOperation(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): CompiledQuery | undefined {
  const lenient = Object.create(schema) as GraphQLSchema;
  lenient.getType = (name) => (name === coerced.name ? coerced : schema.getType(name));
  const compiled = compileQuery(lenient, withoutVariableTypes(document), operationName, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(compiled)) return undefined;
  return (root, context, variables) => {
    const result = compiled.query(root, context, variables);
    return 'then' in result ? result.then(withOwnErrors) : withOwnErrors(result);
  };
}

/** graphql-jit's errors look like graphql-js's but lack their extensions, on which others rely. */
function withOwnErrors(result: ExecutionResult): ExecutionResult {
  return result.errors ? { ...result, errors: result.errors.map(ownError) } : result;
}

function ownError({ message, path, locations, originalError }: GraphQLError): GraphQLError {
  const error = new GraphQLError(message, { path, originalError });
  if (locations) Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
  return error;
}

function withoutVariableTypes(document: DocumentNode): DocumentNode {
  return visit(document, {
    VariableDefinition: (node) => ({
      kind: Kind.VARIABLE_DEFINITION, variable: node.variable,
      type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: coerced.name } },
    }),
  });
}
