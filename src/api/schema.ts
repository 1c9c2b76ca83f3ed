import { readFileSync } from 'node:fs';
import { buildSchema, isInterfaceType, isObjectType, isScalarType, isSpecifiedScalarType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { projectFile } from '../lib/project-file.ts';
import type { ApiContext } from './context.ts';
import { addTextFields } from './execute/text-fields.ts';
import type { AnyResolver, Resolvers } from './resolvers.ts';
import { scalars } from './scalars/index.ts';

/** The API's contract with what answers it. Throws where a resolver has no field, or a scalar, root field or subscription has no resolver. */
export function createSchema(resolvers: Resolvers): GraphQLSchema {
  const schema = buildSchema(readFileSync(projectFile('schema.graphql'), 'utf8'), { assumeValidSDL: true, noLocation: true });
  attachScalars(schema);
  for (const [typeName, fields] of Object.entries(resolvers.types)) {
    for (const [fieldName, resolver] of Object.entries(fields)) {
      fieldOf(schema, typeName, fieldName).resolve = (source, args, context: ApiContext) => (resolver as unknown as (...all: unknown[]) => unknown)(source, args, context);
    }
  }
  for (const [fieldName, subscriber] of Object.entries(resolvers.subscriptions)) {
    const field = fieldOf(schema, 'Subscription', fieldName);
    field.subscribe = ((_source, args, context) => (subscriber as unknown as (...all: unknown[]) => unknown)(args, context)) as AnyResolver;
    field.resolve = (event: unknown) => event;
  }
  requireAll(schema);
  addTextFields(schema);
  const resource = schema.getType('Resource');
  if (isInterfaceType(resource)) resource.resolveType = (object: { readonly kind: string }) => object.kind;
  return schema;
}

function attachScalars(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type) || isSpecifiedScalarType(type)) continue;
    const definition = scalars[type.name];
    if (!definition) throw new Error(`scalar ${type.name} has no definition`);
    Object.assign(type, definition);
  }
}

function fieldOf(schema: GraphQLSchema, typeName: string, fieldName: string) {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  if (!field) throw new Error(`the schema has no field ${typeName}.${fieldName}`);
  return field;
}

function requireAll(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      if (!field.resolve) throw new Error(`${root?.name}.${field.name} has no resolver`);
    }
  }
}
