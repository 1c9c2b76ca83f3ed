import { authorize } from '../authorize.ts';
import type { ApiContext } from '../context.ts';
import type { FieldResolvers, Resolver } from '../resolvers.ts';

/** Edges of a type, each of which first asks for permission. */
export function edgesOf<Source>(typeName: string, edges: Readonly<Record<string, (source: Source, args: never, context: ApiContext) => unknown>>): FieldResolvers {
  return Object.fromEntries(Object.entries(edges).map(([fieldName, resolve]) => {
    const operation = { type: 'edge', field: `${typeName}.${fieldName}` } as const;
    const guarded: Resolver<Source, never> = (source, args, context) => {
      authorize(context, operation);
      return resolve(source, args, context);
    };
    return [fieldName, guarded as Resolver<never, never>];
  }));
}
