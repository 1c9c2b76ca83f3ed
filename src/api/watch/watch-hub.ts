import type { Clock } from '../../lib/clock.ts';
import { groupBy } from '../../lib/group-by.ts';
import type { KindName } from '../../model/object.ts';
import type { Change, Revision, Snapshot, Store } from '../../store/store.ts';
import type { WatchEvent } from './watch-event.ts';

/** A change with the event that all who see it whole share. */
export interface HubChange {
  readonly change: Change;
  readonly event: WatchEvent;
}

/** Hears the changes of some kinds, a batch at a time, and in between that nothing happened. */
export interface HubListener {
  onChanges(changes: readonly HubChange[], snapshot: Snapshot): void;
  onQuiet(revision: Revision): void;
}

/** Spreads the store's changes over a server's subscribers: sorted by kind once, however many listen. */
export interface WatchHub {
  /** From now on; what the store's snapshot shows at this moment is not repeated. The returned function ends it. */
  listen(kinds: readonly KindName[], listener: HubListener): () => void;
  close(): void;
}

/** A hub over one store. Every listener hears of the newest revision at least every `quietMs`. */
export function createWatchHub(store: Pick<Store, 'onChanges' | 'snapshot'>, clock: Clock, quietMs: number): WatchHub {
  const listeners = new Map<KindName, Set<HubListener>>();
  /** Those of several kinds: they hear these in the order in which they changed. */
  const ofSeveral = new Map<HubListener, ReadonlySet<string>>();
  const stop = store.onChanges((changes, snapshot) => {
    const arrivedMs = performance.now();
    const all = changes.map((change) => ({ change, event: { type: change.type, revision: change.revision, object: change.object, arrivedMs } }));
    const byKind = groupBy(all, ({ change }) => change.object.kind as KindName);
    for (const [kind, batch] of byKind) for (const listener of listeners.get(kind) ?? []) listener.onChanges(batch, snapshot);
    for (const [listener, kinds] of ofSeveral) {
      const batch = all.filter(({ change }) => kinds.has(change.object.kind));
      if (batch.length > 0) listener.onChanges(batch, snapshot);
    }
  });
  let cancelTimer = () => {};
  const tick = () => {
    const all = [...[...listeners.values()].flatMap((set) => [...set]), ...ofSeveral.keys()];
    const { revision } = store.snapshot();
    for (const listener of all) listener.onQuiet(revision);
    cancelTimer = clock.after(quietMs, tick);
  };
  cancelTimer = clock.after(quietMs, tick);
  return {
    listen: (kinds, listener) => {
      const [only] = kinds;
      if (only === undefined || kinds.length > 1) {
        ofSeveral.set(listener, new Set(kinds));
        return () => void ofSeveral.delete(listener);
      }
      const set = listeners.get(only) ?? new Set();
      listeners.set(only, set.add(listener));
      return () => void set.delete(listener);
    },
    close: () => {
      stop();
      cancelTimer();
    },
  };
}
