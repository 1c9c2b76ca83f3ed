import type { GraphQLFieldResolver } from 'graphql';
import type { ApiContext } from './context.ts';

/** Answers one field. Arguments that are null mean the same as absent ones. */
export type Resolver<Source, Args> = (source: Source, args: Args, context: ApiContext) => unknown;

/** Resolvers of a type, by field. Each states the source and arguments that the schema promises it. */
export type FieldResolvers = Readonly<Record<string, Resolver<never, never>>>;

/** Starts one subscription. The iterator yields the field's values. */
export type Subscriber<Args> = (args: Args, context: ApiContext) => AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;

/** All that the schema's text does not say. */
export interface Resolvers {
  readonly types: Readonly<Record<string, FieldResolvers>>;
  readonly subscriptions: Readonly<Record<string, Subscriber<never>>>;
}

/** A resolver as graphql-js calls it. */
export type AnyResolver = GraphQLFieldResolver<unknown, ApiContext>;
