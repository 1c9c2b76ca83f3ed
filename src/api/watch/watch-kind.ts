import type { Revision } from '../../store/store.ts';
import type { ApiContext } from '../context.ts';
import { selectObjects } from '../lists/selection.ts';
import type { Selection } from '../lists/selection.ts';
import { SubscriptionQueue } from './subscription-queue.ts';
import { added, bookmark, seenThrough } from './watch-event.ts';
import type { WatchEvent } from './watch-event.ts';

/**
 * The objects of a selection as ADDED, a BOOKMARK, then every change in commit order without gap or repeat. With `afterRevision` the changes since
 * then in place of the objects; rejects with EXPIRED when the log no longer reaches back to it.
 */
export async function watchKind(selection: Selection, afterRevision: Revision | undefined, context: ApiContext, field: string): Promise<AsyncGenerator<WatchEvent>> {
  const { store, hub, metrics } = context.parts;
  if (afterRevision !== undefined) await store.snapshotAtLeast(afterRevision, context.signal);
  let told = 0;
  const tell = (event: WatchEvent) => {
    told = event.revision;
    queue.push(event);
  };
  const ended = metrics.subscriptionStarted(field);
  const queue = new SubscriptionQueue<WatchEvent>({
    limit: context.parts.limits.waitingEvents, held: true,
    onEnd: (reason) => {
      stop();
      ended();
      if (reason === 'too slow') metrics.subscriberTooSlow(field);
    },
  });
  // One synchronous step: everything up to `snapshot` comes from it or the log, everything after it from the hub.
  const snapshot = store.snapshot();
  const stop = hub.listen([selection.kind], {
    onChanges: (changes) => {
      for (const { change, event } of changes) {
        const seen = seenThrough(selection.matches, change, event);
        if (seen) tell(seen);
      }
    },
    onQuiet: (revision) => { if (revision > told) tell(bookmark(revision)); },
  });
  told = snapshot.revision;
  if (afterRevision === undefined) {
    queue.begin(initialState(selection, snapshot));
    return queue;
  }
  try {
    const missed: WatchEvent[] = [];
    for (const change of await store.changesBetween(afterRevision, snapshot.revision)) {
      if (change.object.kind !== selection.kind) continue;
      const seen = seenThrough(selection.matches, change, { type: change.type, revision: change.revision, object: change.object });
      if (seen) missed.push(seen);
    }
    queue.begin([...missed, bookmark(snapshot.revision)]);
    return queue;
  } catch (error) {
    await queue.return();
    throw error;
  }
}

function* initialState(selection: Selection, snapshot: Parameters<typeof selectObjects>[0]): Generator<WatchEvent> {
  for (const object of selectObjects(snapshot, selection)) yield added(object, snapshot.revision);
  yield bookmark(snapshot.revision);
}
