import type { Clock } from '../../lib/clock.ts';
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
  const stop = store.onChanges((changes, snapshot) => {
    const batches = new Map<HubListener, HubChange[]>();
    const arrivedMs = performance.now();
    for (const change of changes) {
      const interested = listeners.get(change.object.kind as KindName);
      if (!interested?.size) continue;
      const hubChange = { change, event: { type: change.type, revision: change.revision, object: change.object, arrivedMs } };
      for (const listener of interested) {
        const batch = batches.get(listener);
        if (batch) batch.push(hubChange);
        else batches.set(listener, [hubChange]);
      }
    }
    for (const [listener, batch] of batches) listener.onChanges(batch, snapshot);
  });
  let cancelTimer = () => {};
  const tick = () => {
    const all = new Set([...listeners.values()].flatMap((set) => [...set]));
    const { revision } = store.snapshot();
    for (const listener of all) listener.onQuiet(revision);
    cancelTimer = clock.after(quietMs, tick);
  };
  cancelTimer = clock.after(quietMs, tick);
  return {
    listen: (kinds, listener) => {
      for (const kind of kinds) {
        const set = listeners.get(kind) ?? new Set();
        listeners.set(kind, set.add(listener));
      }
      return () => {
        for (const kind of kinds) listeners.get(kind)?.delete(listener);
      };
    },
    close: () => {
      stop();
      cancelTimer();
    },
  };
}
