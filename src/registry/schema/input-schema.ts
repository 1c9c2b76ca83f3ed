import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLScalarType } from 'graphql';
import type { GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { isInputObjectType, isObjectType } from 'graphql';
import { projectFile } from '../../lib/project-file.ts';
import { scalarReaders } from '../../model/scalars/index.ts';

let built: GraphQLSchema | undefined;

/** The API's schema, read once, with the readers of its scalars: what inputs of every kind look like at run time. */
export function inputSchema(): GraphQLSchema {
  return (built ??= build());
}

/** An input type by name. */
export function inputType(name: string): GraphQLInputObjectType {
  const type = inputSchema().getType(name);
  if (!isInputObjectType(type)) throw new Error(`schema.graphql has no input ${name}; run \`npm run generate\``);
  return type;
}

/** An object type by name. */
export function objectType(name: string): GraphQLObjectType {
  const type = inputSchema().getType(name);
  if (!isObjectType(type)) throw new Error(`schema.graphql has no type ${name}; run \`npm run generate\``);
  return type;
}

function build(): GraphQLSchema {
  const schema = buildSchema(readFileSync(projectFile('schema.graphql'), 'utf8'), { assumeValid: true, assumeValidSDL: true, noLocation: true });
  for (const type of Object.values(schema.getTypeMap())) {
    const read = scalarReaders[type.name];
    if (type instanceof GraphQLScalarType && read) type.parseValue = read;
  }
  return schema;
}
