import type { Event } from '../../model/object.ts';
import type { Snapshot } from '../../store/store.ts';

const indexes = new WeakMap<readonly Event[], ReadonlyMap<string, readonly Event[]>>();

/** Events about the object with a uid, by namespace and name. The index is made once for as long as the events stay as they are, not once per object. */
export function eventsAbout(snapshot: Snapshot, namespace: string | undefined, uid: string): readonly Event[] {
  const events = snapshot.list('Event', namespace);
  let index = indexes.get(events);
  if (!index) {
    index = indexByUid(events);
    indexes.set(events, index);
  }
  return index.get(uid) ?? [];
}

function indexByUid(events: readonly Event[]): ReadonlyMap<string, readonly Event[]> {
  const index = new Map<string, Event[]>();
  for (const event of events) {
    const uid = event.involvedObject.uid;
    if (!uid) continue;
    const known = index.get(uid);
    if (known) known.push(event);
    else index.set(uid, [event]);
  }
  return index;
}
