import { peerGroupsOf } from '../../../kinds/network-policy/peer-groups.ts';
import type { PeerGroup } from '../../../kinds/network-policy/peer-groups.ts';
import { keyOf, keyText } from '../../../model/object.ts';
import type { NetworkPolicy, Pod, StoredObject } from '../../../model/object.ts';
import type { Change, Revision, Snapshot } from '../../../store/store.ts';
import { added, gone } from '../watch-event.ts';
import type { WatchEvent } from '../watch-event.ts';
import { peersAdded, peersGone } from './peer-events.ts';
import type { PeerSets } from './peer-sets.ts';

/** Hears of the namespaces and groups that a node begins and ceases to care about. */
export interface CareListener {
  caresForNamespace(name: string, isCaring: boolean): void;
  caresForGroup(key: string, isCaring: boolean): void;
}

type Policy = NetworkPolicy & StoredObject;

/**
 * What one node knows of NetworkPolicies: those of the namespaces of its Pods, and of the groups they speak of the addresses. A policy comes after the groups it speaks
 * of and before the first Pod of its namespace, and goes the other way round.
 */
export class NodePolicies {
  readonly #nodeName: string;
  readonly #sets: PeerSets;
  readonly #listener: CareListener;
  readonly #podsByNamespace = new Map<string, Set<string>>();
  /** By key: the policy as it was told. */
  readonly #told = new Map<string, Policy>();
  /** How many told policies speak of a group. */
  readonly #groups = new Map<string, number>();

  constructor(nodeName: string, sets: PeerSets, listener: CareListener) {
    this.#nodeName = nodeName;
    this.#sets = sets;
    this.#listener = listener;
  }

  /** What belongs before the Pods of a state. */
  start(snapshot: Snapshot): readonly WatchEvent[] {
    return snapshot.podsOnNode(this.#nodeName).flatMap((pod) => this.#podCame(pod, snapshot, snapshot.revision));
  }

  /** What must be told before a change of one of the node's Pods. */
  beforePod({ type, object, revision }: Change, snapshot: Snapshot): readonly WatchEvent[] {
    const pod = object as Pod;
    return type !== 'DELETED' && this.#isHere(pod) ? this.#podCame(pod, snapshot, revision) : [];
  }

  /** What must be told after it. */
  afterPod({ type, object, previous, revision }: Change): readonly WatchEvent[] {
    const isHere = type !== 'DELETED' && this.#isHere(object as Pod);
    const left = [...(previous && previous.metadata.uid !== object.metadata.uid ? [previous] : []), ...(isHere ? [] : [object])];
    return left.flatMap((pod) => this.#podWent(pod, revision));
  }

  /** Events for a change of a NetworkPolicy of a namespace that the node cares for. */
  policyChanged({ object, revision }: Change, snapshot: Snapshot): readonly WatchEvent[] {
    const { namespace = '', name } = object.metadata;
    const now = snapshot.get('NetworkPolicy', namespace, name) as Policy | undefined;
    if (!this.#podsByNamespace.has(namespace)) return [];
    return now ? this.#tell(now, snapshot, revision) : this.#forget(keyText(keyOf(object)), revision);
  }

  /** The node listens no more. */
  end(): void {
    for (const key of this.#groups.keys()) this.#release(key);
  }

  #isHere(pod: Pod): boolean {
    return pod.spec.nodeName === this.#nodeName;
  }

  #podCame({ metadata, spec }: Pod, snapshot: Snapshot, revision: Revision): readonly WatchEvent[] {
    const namespace = metadata.namespace ?? '';
    if (spec.hostNetwork) return [];
    const pods = this.#podsByNamespace.get(namespace);
    if (pods) {
      pods.add(metadata.uid);
      return [];
    }
    this.#podsByNamespace.set(namespace, new Set([metadata.uid]));
    this.#listener.caresForNamespace(namespace, true);
    return snapshot.list('NetworkPolicy', namespace).flatMap((policy) => this.#tell(policy as Policy, snapshot, revision));
  }

  #podWent({ metadata }: StoredObject, revision: Revision): readonly WatchEvent[] {
    const namespace = metadata.namespace ?? '';
    const pods = this.#podsByNamespace.get(namespace);
    if (!pods?.delete(metadata.uid) || pods.size > 0) return [];
    this.#podsByNamespace.delete(namespace);
    this.#listener.caresForNamespace(namespace, false);
    return [...this.#told].flatMap(([key, policy]) => (policy.metadata.namespace === namespace ? this.#forget(key, revision) : []));
  }

  #tell(policy: Policy, snapshot: Snapshot, revision: Revision): readonly WatchEvent[] {
    const key = keyText(keyOf(policy));
    const before = this.#told.get(key);
    if (before === policy) return [];
    this.#told.set(key, policy);
    const groups = [...peerGroupsOf(policy).values()].flatMap((group) => this.#need(group, snapshot, revision));
    const event: WatchEvent = before ? { type: 'MODIFIED', revision, object: policy } : added(policy, revision);
    return [...groups, event, ...(before ? this.#letGo(before, revision) : [])];
  }

  #forget(key: string, revision: Revision): readonly WatchEvent[] {
    const policy = this.#told.get(key);
    if (!policy) return [];
    this.#told.delete(key);
    return [gone(policy, revision), ...this.#letGo(policy, revision)];
  }

  #need(group: PeerGroup, snapshot: Snapshot, revision: Revision): readonly WatchEvent[] {
    const policies = this.#groups.get(group.key) ?? 0;
    this.#groups.set(group.key, policies + 1);
    if (policies > 0) return [];
    this.#listener.caresForGroup(group.key, true);
    return peersAdded(group.key, this.#sets.need(group, snapshot), revision);
  }

  #letGo(policy: Policy, revision: Revision): readonly WatchEvent[] {
    return [...peerGroupsOf(policy).keys()].flatMap((key) => {
      const policies = (this.#groups.get(key) ?? 0) - 1;
      this.#groups.set(key, policies);
      if (policies > 0) return [];
      this.#groups.delete(key);
      this.#release(key);
      return [peersGone(key, revision)];
    });
  }

  #release(key: string): void {
    this.#sets.release(key);
    this.#listener.caresForGroup(key, false);
  }
}
