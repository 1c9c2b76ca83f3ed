import type { Reconciler } from '../../control/reconciler.ts';
import { planEventExpiry } from './plan-event-expiry.ts';
import type { ObservedEvents } from './plan-event-expiry.ts';

/** Removes old events. The one key is the whole cluster; it is looked at when the next event is due, not when one changes. */
export function eventExpiryReconciler(keptMs: number): Reconciler<ObservedEvents> {
  return {
    name: 'event-expiry',
    watches: [],
    allKeys: () => ['all'],
    observe: (_, snapshot) => ({ events: snapshot.list('Event'), keptMs }),
    plan: planEventExpiry,
  };
}
