import { kindFacts } from '../../model/object.ts';
import type { KindName } from '../../model/object.ts';
import { listObjects } from '../lists/list-objects.ts';
import type { ListArgs } from '../lists/list-objects.ts';
import { onlyValue } from '../lists/where.ts';
import type { FieldResolvers } from '../resolvers.ts';
import { guarded } from './root-field.ts';

/** Names one object. The namespace is `default` where it is left out. */
export interface KeyArgs {
  readonly namespace?: string | null | undefined;
  readonly name: string;
}

/** The namespace that a key means: `''` for kinds that have none. */
export function namespaceOf(kind: KindName, args: Pick<KeyArgs, 'namespace'>): string {
  return kindFacts[kind].namespaced ? args.namespace ?? 'default' : '';
}

/** `pod` and `pods` of a kind. */
export function kindQueries(kind: KindName): FieldResolvers {
  const { singular, plural } = kindFacts[kind];
  return {
    [singular]: guarded<KeyArgs>({
      operation: (args) => ({ type: 'get', kind, namespace: namespaceOf(kind, args), name: args.name }),
      run: (args, context) => context.reading.snapshot().get(kind, namespaceOf(kind, args), args.name),
    }),
    [plural]: guarded<ListArgs>({
      operation: (args) => ({ type: 'list', kind, name: onlyValue(args.where, 'name'), nodeName: onlyValue(args.where, 'nodeName') }),
      run: (args, context) => listObjects(kind, args, context),
    }),
  };
}
