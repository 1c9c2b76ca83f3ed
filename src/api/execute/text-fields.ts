import { getNamedType, GraphQLInt, GraphQLNonNull, GraphQLScalarType, isNonNullType, isObjectType } from 'graphql';
import type { GraphQLArgument, GraphQLField, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { kindFacts } from '../../model/object.ts';
import type { ApiContext } from '../context.ts';
import { Unselected } from './write-text.ts';

const leaf = new GraphQLScalarType({ name: 'GantryUnselected', serialize: (value) => value });

/** Which selection was taken out. */
const selectionArgument: GraphQLArgument = { name: 'selection', type: new GraphQLNonNull(GraphQLInt), description: undefined, defaultValue: undefined, deprecationReason: undefined, extensions: {}, astNode: undefined };

/**
 * Gives every field that leads to objects of a kind a twin that gives them unselected. No document can name a twin: `$` is in no name of GraphQL. Nothing that lists
 * fields shows one.
 */
export function addTextFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const fields = type.getFields();
    for (const field of Object.values(fields)) {
      if (Object.hasOwn(kindFacts, getNamedType(field.type).name)) Object.defineProperty(fields, twinName(field.name), { value: twinOf(field), enumerable: false });
    }
  }
}

/** The name of a field's twin. */
export function twinName(name: string): string {
  return `${name}$unselected`;
}

/** Whether a field has one. */
export function hasTwin(type: GraphQLObjectType, name: string): boolean {
  return Object.hasOwn(type.getFields(), twinName(name));
}

function twinOf(field: GraphQLField<unknown, ApiContext>): GraphQLField<unknown, ApiContext> {
  const { resolve, name } = field;
  return {
    ...field, name: twinName(name), type: isNonNullType(field.type) ? new GraphQLNonNull(leaf) : leaf, args: [...field.args, selectionArgument],
    resolve: (source, { selection, ...args }, context, info) => {
      const objects = resolve ? resolve(source, args, context, info) : (source as Readonly<Record<string, unknown>>)[name];
      return typeof objects === 'object' && objects !== null ? new Unselected(objects, selection as number) : undefined;
    },
  };
}
