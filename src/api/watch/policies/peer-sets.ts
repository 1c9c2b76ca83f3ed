import type { PeerGroup } from '../../../kinds/network-policy/peer-groups.ts';
import { dnsAddress, dnsPod, isPolicyPod, membersOf, policyPodOf } from '../../../kinds/network-policy/policy-pod.ts';
import { sameValue } from '../../../lib/same-value.ts';
import { matchesLabelSelector } from '../../../model/selector.ts';
import type { Pod } from '../../../model/object.ts';
import type { Change, Snapshot } from '../../../store/store.ts';
import { PeerSet } from './peer-set.ts';
import type { SetChange } from './peer-set.ts';

/** What changed of the set of one group. */
export interface PeerSetChange extends SetChange {
  readonly key: string;
}

interface Entry {
  readonly group: PeerGroup;
  readonly set: PeerSet;
  readonly namespaces: Set<string>;
  users: number;
}

type State = Pick<Snapshot, 'get' | 'list'>;

/**
 * The addresses of the Pods of every group that some node asks for. A change of a Pod costs one look at each group that speaks of its namespace, whatever the number
 * of Pods and nodes. It always looks at the newest state, so that a change told late or twice does no harm.
 */
export class PeerSets {
  readonly #entries = new Map<string, Entry>();
  readonly #byNamespace = new Map<string, Set<Entry>>();
  /** Groups whose namespaces are chosen by labels. */
  readonly #choosing = new Set<Entry>();

  /** Another user of a group; gives what is in its set. */
  need(group: PeerGroup, state: State): readonly string[] {
    const entry = this.#entries.get(group.key) ?? this.#fill(group, state);
    entry.users += 1;
    return entry.set.members();
  }

  /** A user less; a group without any is forgotten. */
  release(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.#entries.delete(key);
    this.#choosing.delete(entry);
    for (const namespace of entry.namespaces) this.#leave(entry, namespace);
  }

  /** A Pod was made, changed or deleted. */
  podChanged({ object, previous }: Change, state: State): readonly PeerSetChange[] {
    const { namespace = '', name } = object.metadata;
    const entries = this.#byNamespace.get(namespace);
    if (!entries) return [];
    const pod = state.get('Pod', namespace, name);
    if (pod && pod === object && previous && looksTheSame(pod, previous as Pod)) return [];
    for (const { group, set } of entries) set.put(`${namespace}/${name}`, pod ? membersOfPod(pod, group) : []);
    return takeChanges(entries);
  }

  /** A Namespace was made, changed or deleted. */
  namespaceChanged({ object, previous }: Change, state: State): readonly PeerSetChange[] {
    const { name, labels } = object.metadata;
    const now = state.get('Namespace', '', name);
    if (previous && now === object && sameValue(labels, previous.metadata.labels)) return [];
    for (const entry of this.#choosing) this.#lookAtNamespace(entry, name, now?.metadata.labels, state);
    return takeChanges(this.#choosing);
  }

  #fill(group: PeerGroup, state: State): Entry {
    const entry: Entry = { group, set: new PeerSet(), namespaces: new Set(), users: 0 };
    this.#entries.set(group.key, entry);
    if (group.namespace !== undefined) this.#join(entry, group.namespace, state);
    else {
      this.#choosing.add(entry);
      for (const { metadata } of state.list('Namespace')) this.#lookAtNamespace(entry, metadata.name, metadata.labels, state);
    }
    entry.set.takeChange();
    return entry;
  }

  #lookAtNamespace(entry: Entry, name: string, labels: Readonly<Record<string, string>> | undefined, state: State): void {
    const belongs = labels !== undefined && matchesLabelSelector(entry.group.namespaceSelector, labels);
    if (belongs && !entry.namespaces.has(name)) this.#join(entry, name, state);
    if (!belongs && entry.namespaces.has(name)) {
      this.#leave(entry, name);
      for (const pod of entry.set.podsOf(name)) entry.set.put(pod, []);
    }
  }

  #join(entry: Entry, namespace: string, state: State): void {
    entry.namespaces.add(namespace);
    this.#byNamespace.set(namespace, (this.#byNamespace.get(namespace) ?? new Set<Entry>()).add(entry));
    for (const pod of state.list('Pod', namespace)) entry.set.put(`${namespace}/${pod.metadata.name}`, membersOfPod(pod, entry.group));
    const { podSelector, port } = entry.group;
    if (namespace === dnsPod.namespace && matchesLabelSelector(podSelector, dnsPod.labels)) entry.set.put(`${namespace}/`, membersOf(dnsPod, dnsAddress, port));
  }

  #leave(entry: Entry, namespace: string): void {
    entry.namespaces.delete(namespace);
    const entries = this.#byNamespace.get(namespace);
    entries?.delete(entry);
    if (entries?.size === 0) this.#byNamespace.delete(namespace);
  }
}

function membersOfPod(pod: Pod, { podSelector, port }: PeerGroup): readonly string[] {
  const { podIP } = pod.status;
  const belongs = podIP !== undefined && !podIP.includes(':') && isPolicyPod(pod) && matchesLabelSelector(podSelector, pod.metadata.labels);
  return belongs ? membersOf(policyPodOf(pod), podIP, port) : [];
}

/** Whether a change of a Pod concerns no group: most only tell how its containers do. */
function looksTheSame(pod: Pod, previous: Pod): boolean {
  return pod.metadata.uid === previous.metadata.uid && pod.status.podIP === previous.status.podIP && isPolicyPod(pod) === isPolicyPod(previous) && sameValue(pod.metadata.labels, previous.metadata.labels);
}

function takeChanges(entries: Iterable<Entry>): readonly PeerSetChange[] {
  return [...entries].flatMap(({ group, set }) => {
    const change = set.takeChange();
    return change ? [{ key: group.key, ...change }] : [];
  });
}
