import { keyOf, keyText } from '../../model/object.ts';
import type { Pod, StoredObject } from '../../model/object.ts';
import type { Change, Revision, Snapshot } from '../../store/store.ts';
import { podReferences } from './pod-references.ts';
import { peerNode } from './peer-node.ts';
import { added, bookmark, gone } from './watch-event.ts';
import type { WatchEvent } from './watch-event.ts';

/** Hears of the ConfigMaps and Secrets that a node begins and ceases to need. */
export interface NeedListener {
  needs(key: string): void;
  needsNoMore(key: string): void;
}

/**
 * What one node knows: its Node, of other Nodes what `peerNode` shows, its Pods, what they refer to, Services and EndpointSlices. Turns changes into the events that keep it right. What a
 * Pod refers to comes before the Pod, and goes after it.
 */
export class NodeWork {
  readonly #nodeName: string;
  readonly #listener: NeedListener;
  /** By key of a ConfigMap or Secret: the Pods that refer to it, and the revision of its state that was told. */
  readonly #needed = new Map<string, { readonly pods: Set<string>; told: Revision | undefined; last: StoredObject | undefined }>();
  readonly #podNeeds = new Map<string, readonly string[]>();

  constructor(nodeName: string, listener: NeedListener) {
    this.#nodeName = nodeName;
    this.#listener = listener;
  }

  /** Everything the node needs to know in a state, and a BOOKMARK. */
  start(snapshot: Snapshot): readonly WatchEvent[] {
    const { revision } = snapshot;
    const nodes = snapshot.list('Node').map((node) => (node.metadata.name === this.#nodeName ? node : peerNode(node)));
    const pods = snapshot.podsOnNode(this.#nodeName);
    const open = (objects: readonly StoredObject[]) => objects.map((object) => added(object, revision));
    return [
      ...open(nodes), ...open(snapshot.list('Service')), ...open(snapshot.list('EndpointSlice')),
      ...pods.flatMap((pod) => [...this.#need(pod, snapshot, revision), added(pod, revision)]), bookmark(revision),
    ];
  }

  /** Events for a change of one of the node's Pods, as of the snapshot that the change's batch led to. */
  podChanged(change: Change, snapshot: Snapshot): readonly WatchEvent[] {
    const pod = change.object as Pod, previous = change.previous as Pod | undefined;
    const isHere = change.type !== 'DELETED' && pod.spec.nodeName === this.#nodeName;
    const wasHere = previous !== undefined && previous.spec.nodeName === this.#nodeName;
    if (isHere) {
      const needed = this.#need(pod, snapshot, change.revision);
      const event: WatchEvent = wasHere ? { type: 'MODIFIED', revision: change.revision, object: pod } : added(pod, change.revision);
      return [...needed, event, ...this.#dropUnneeded(pod.metadata.uid, change.revision)];
    }
    if (!wasHere) return [];
    this.#podNeeds.set(pod.metadata.uid, []);
    const events = [gone(change.type === 'DELETED' ? pod : previous, change.revision), ...this.#dropUnneeded(pod.metadata.uid, change.revision)];
    this.#podNeeds.delete(pod.metadata.uid);
    return events;
  }

  /** Events for a change of a ConfigMap or Secret; none for those that no Pod here refers to, or that were told already. */
  referredChanged(change: Change, whole: WatchEvent): readonly WatchEvent[] {
    const entry = this.#needed.get(keyText(keyOf(change.object)));
    if (!entry || (entry.told !== undefined && entry.told >= change.revision)) return [];
    const known = entry.last !== undefined;
    entry.told = change.revision;
    entry.last = change.type === 'DELETED' ? undefined : change.object;
    if (change.type === 'DELETED') return known ? [whole] : [];
    return [known ? whole : added(change.object, change.revision)];
  }

  /** Notes what a Pod refers to, and tells of what is new. */
  #need(pod: Pod, snapshot: Snapshot, revision: Revision): readonly WatchEvent[] {
    const events: WatchEvent[] = [];
    const keys: string[] = [];
    for (const reference of podReferences(pod)) {
      const key = keyText(reference);
      keys.push(key);
      const entry = this.#needed.get(key);
      if (entry) {
        entry.pods.add(pod.metadata.uid);
        continue;
      }
      const object: StoredObject | undefined = snapshot.get(reference.kind, reference.namespace, reference.name);
      this.#needed.set(key, { pods: new Set([pod.metadata.uid]), told: snapshot.revision, last: object });
      this.#listener.needs(key);
      if (object) events.push(added(object, revision));
    }
    for (const key of this.#podNeeds.get(pod.metadata.uid) ?? []) if (!keys.includes(key)) this.#needed.get(key)?.pods.delete(pod.metadata.uid);
    this.#podNeeds.set(pod.metadata.uid, keys);
    return events;
  }

  #dropUnneeded(podUid: string, revision: Revision): readonly WatchEvent[] {
    const keep = new Set(this.#podNeeds.get(podUid));
    const events: WatchEvent[] = [];
    for (const [key, entry] of this.#needed) {
      if (!keep.has(key)) entry.pods.delete(podUid);
      if (entry.pods.size > 0) continue;
      this.#needed.delete(key);
      this.#listener.needsNoMore(key);
      if (entry.last) events.push(gone(entry.last, revision));
    }
    return events;
  }
}
