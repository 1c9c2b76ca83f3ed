import type { StoredObject } from '../../model/object.ts';
import type { Change, Revision } from '../../store/store.ts';

/** Addresses that came to and went from the set of a group of Pods. */
export interface PeersEvent {
  readonly key: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** One message of a subscription: a change of one object or of one set of addresses, or a BOOKMARK without either. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly revision: Revision;
  readonly object?: StoredObject | undefined;
  readonly peers?: PeersEvent | undefined;
  /** When this server heard of it, by `performance.now()`; absent where it is not news. */
  readonly arrivedMs?: number | undefined;
}

/** Nothing more happened up to this revision. */
export function bookmark(revision: Revision): WatchEvent {
  return { type: 'BOOKMARK', revision };
}

/** The object exists. */
export function added(object: StoredObject, revision: Revision): WatchEvent {
  return { type: 'ADDED', revision, object };
}

/** The object is gone, or no longer the subscriber's: its last state, with the revision at which it went. */
export function gone(last: StoredObject, revision: Revision): WatchEvent {
  return { type: 'DELETED', revision, object: { ...last, metadata: { ...last.metadata, resourceVersion: String(revision) } } };
}

/**
 * A change as seen by a subscriber who only knows the objects that match: one that begins to match is ADDED, one that ceases to is DELETED.
 * Undefined where it sees nothing. `whole` is the event for subscribers who see every object; it is shared by all that see the same.
 */
export function seenThrough(matches: (object: StoredObject) => boolean, change: Change, whole: WatchEvent): WatchEvent | undefined {
  if (change.type === 'ADDED') return matches(change.object) ? whole : undefined;
  const before = change.previous ? matches(change.previous) : change.type === 'MODIFIED' || matches(change.object);
  if (change.type === 'DELETED') return before ? whole : undefined;
  const after = matches(change.object);
  if (before && after) return whole;
  if (after) return added(change.object, change.revision);
  return before ? gone(change.previous ?? change.object, change.revision) : undefined;
}
