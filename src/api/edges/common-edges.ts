import { ApiError } from '../../model/errors.ts';
import type { Event, KindName, StoredObject } from '../../model/object.ts';
import type { ApiContext } from '../context.ts';
import type { FieldResolvers } from '../resolvers.ts';
import { eventsAbout } from './event-index.ts';
import { edgesOf } from './guarded-edge.ts';

const mostEvents = 1000;

/** `owners` and `events`, which every kind has. */
export function commonEdges(kind: KindName): FieldResolvers {
  return edgesOf<StoredObject>(kind, {
    owners: (object, _args, context) => {
      const snapshot = context.reading.snapshot();
      return object.metadata.ownerReferences.map((reference) => snapshot.byUid(reference.uid)).filter((owner) => owner !== undefined);
    },
    events: (object, { first }: { readonly first?: number | null }, context: ApiContext) => latestEvents(object, first ?? 20, context),
  });
}

/** Events of a cluster-scoped object are in the namespace `default`. */
function latestEvents(object: StoredObject, first: number, context: ApiContext): readonly Event[] {
  if (first < 0 || first > mostEvents) {
    const message = `${first} is not between 0 and ${mostEvents}`;
    throw new ApiError('INVALID', `first: ${message}`, { fields: [{ path: 'first', message }] });
  }
  const events = eventsAbout(context.reading.snapshot(), object.metadata.namespace ?? 'default', object.metadata.uid);
  return [...events].sort((one, other) => (one.lastTimestamp < other.lastTimestamp ? 1 : one.lastTimestamp > other.lastTimestamp ? -1 : 0)).slice(0, first);
}
