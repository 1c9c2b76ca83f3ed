import type { Revision } from '../../../store/store.ts';
import type { WatchEvent } from '../watch-event.ts';
import type { PeerSetChange } from './peer-sets.ts';

/** Addresses in one message; more would make it long. */
const batch = 5000;

/** A whole set: ADDED with the first of its members, then MODIFIED with the others. */
export function peersAdded(key: string, members: readonly string[], revision: Revision): readonly WatchEvent[] {
  const events: WatchEvent[] = [{ type: 'ADDED', revision, peers: { key, added: members.slice(0, batch), removed: [] } }];
  for (let from = batch; from < members.length; from += batch) events.push({ type: 'MODIFIED', revision, peers: { key, added: members.slice(from, from + batch), removed: [] } });
  return events;
}

/** What changed of a set; shared by all that know it. */
export function peersChanged(change: PeerSetChange, revision: Revision): WatchEvent {
  return { type: 'MODIFIED', revision, peers: change };
}

/** Nobody speaks of the group any more. */
export function peersGone(key: string, revision: Revision): WatchEvent {
  return { type: 'DELETED', revision, peers: { key, added: [], removed: [] } };
}
