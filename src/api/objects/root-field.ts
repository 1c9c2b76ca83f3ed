import { authorize } from '../authorize.ts';
import type { Operation } from '../authorize.ts';
import type { ApiContext } from '../context.ts';
import type { Resolver, Subscriber } from '../resolvers.ts';

/** A root field: what it takes to be allowed, and what it does. The only way to make one, so none can be without permission. */
export interface RootField<Args> {
  operation(args: Args): Operation;
  run(args: Args, context: ApiContext): unknown;
}

/** A query or mutation that first asks for permission. */
export function guarded<Args>(field: RootField<Args>): Resolver<unknown, Args> {
  return (_source, args, context) => {
    authorize(context, field.operation(args));
    return field.run(args, context);
  };
}

/** A subscription that first asks for permission. */
export function guardedSubscription<Args>(field: RootField<Args>): Subscriber<Args> {
  return (args, context) => {
    authorize(context, field.operation(args));
    return field.run(args, context) as AsyncIterable<unknown> | Promise<AsyncIterable<unknown>>;
  };
}
