import { kindFacts } from '../../model/object.ts';
import type { KindName } from '../../model/object.ts';
import { createSelection } from '../lists/selection.ts';
import type { SelectionArgs } from '../lists/selection.ts';
import { onlyValue } from '../lists/where.ts';
import type { Subscriber } from '../resolvers.ts';
import { watchKind } from '../watch/watch-kind.ts';
import { guardedSubscription } from './root-field.ts';

interface WatchArgs extends SelectionArgs {
  readonly afterRevision?: string | null | undefined;
}

/** `pods` of a kind, as a subscription. */
export function kindSubscriptions(kind: KindName): Readonly<Record<string, Subscriber<never>>> {
  const { plural } = kindFacts[kind];
  return {
    [plural]: guardedSubscription<WatchArgs>({
      operation: (args) => ({ type: 'list', kind, name: onlyValue(args.where, 'name'), nodeName: onlyValue(args.where, 'nodeName') }),
      run: (args, context) => watchKind(createSelection(kind, args), args.afterRevision == null ? undefined : Number(args.afterRevision), context, plural),
    }),
  };
}
