import { keyOf, keyText } from '../../model/object.ts';
import type { KindName, Pod } from '../../model/object.ts';
import type { Change, Revision, Snapshot } from '../../store/store.ts';
import type { ApiContext } from '../context.ts';
import { NodeWork } from './node-work.ts';
import { NodePolicies } from './policies/node-policies.ts';
import { peersChanged } from './policies/peer-events.ts';
import { PeerSets } from './policies/peer-sets.ts';
import type { PeerSetChange } from './policies/peer-sets.ts';
import { SubscriptionQueue } from './subscription-queue.ts';
import { peerEvent } from './peer-node.ts';
import { bookmark } from './watch-event.ts';
import type { WatchEvent } from './watch-event.ts';
import type { HubChange, WatchHub } from './watch-hub.ts';

interface NodeSubscriber {
  readonly work: NodeWork;
  readonly policies: NodePolicies;
  tell(events: readonly WatchEvent[]): void;
  quiet(revision: Revision): void;
}

const kinds: readonly KindName[] = ['Node', 'Pod', 'ConfigMap', 'Secret', 'Service', 'EndpointSlice', 'NetworkPolicy', 'Namespace'];

/**
 * Finds the nodes that a change concerns, in time that does not grow with the number of nodes; a Service, an EndpointSlice, or a Node's range and addresses concern all,
 * a Pod those whose NetworkPolicies speak of it.
 */
export class NodeWorkHub {
  readonly #byNode = new Map<string, Set<NodeSubscriber>>();
  readonly #byReferred = new Map<string, Set<NodeSubscriber>>();
  readonly #byNamespace = new Map<string, Set<NodeSubscriber>>();
  readonly #byGroup = new Map<string, Set<NodeSubscriber>>();
  readonly #peers = new PeerSets();
  readonly #all = new Set<NodeSubscriber>();
  readonly #stop: () => void;

  constructor(hub: WatchHub) {
    this.#stop = hub.listen(kinds, {
      onChanges: (changes, snapshot) => { for (const change of changes) this.#spread(change, snapshot); },
      onQuiet: (revision) => { for (const subscriber of this.#all) subscriber.quiet(revision); },
    });
  }

  close(): void {
    this.#stop();
  }

  /** Everything a node needs to know, then what changes of it, in commit order. */
  watch(nodeName: string, context: ApiContext): AsyncGenerator<WatchEvent> {
    const { store, metrics } = context.parts;
    const needed = new Set<string>();
    let told = 0;
    const ended = metrics.subscriptionStarted('nodeWork');
    const queue = new SubscriptionQueue<WatchEvent>({
      limit: context.parts.limits.waitingEvents, held: true,
      onEnd: (reason) => {
        this.#all.delete(subscriber);
        removeFrom(this.#byNode, nodeName, subscriber);
        for (const key of needed) removeFrom(this.#byReferred, key, subscriber);
        for (const [namespace, subscribers] of this.#byNamespace) if (subscribers.has(subscriber)) removeFrom(this.#byNamespace, namespace, subscriber);
        policies.end();
        ended();
        if (reason === 'too slow') metrics.subscriberTooSlow('nodeWork');
      },
    });
    const work = new NodeWork(nodeName, {
      needs: (key) => { needed.add(key); addTo(this.#byReferred, key, subscriber); },
      needsNoMore: (key) => { needed.delete(key); removeFrom(this.#byReferred, key, subscriber); },
    });
    const policies = new NodePolicies(nodeName, this.#peers, {
      caresForNamespace: (name, isCaring) => (isCaring ? addTo : removeFrom)(this.#byNamespace, name, subscriber),
      caresForGroup: (key, isCaring) => (isCaring ? addTo : removeFrom)(this.#byGroup, key, subscriber),
    });
    const subscriber: NodeSubscriber = {
      work, policies,
      tell: (events) => {
        for (const event of events) {
          told = event.revision;
          queue.push(event);
        }
      },
      quiet: (revision) => { if (revision > told) subscriber.tell([bookmark(revision)]); },
    };
    // One synchronous step, so that nothing is missed between the snapshot and the first change.
    const snapshot = store.snapshot();
    told = snapshot.revision;
    this.#all.add(subscriber);
    addTo(this.#byNode, nodeName, subscriber);
    queue.begin([...policies.start(snapshot), ...work.start(snapshot)]);
    return queue;
  }

  #spread({ change, event }: HubChange, snapshot: Snapshot): void {
    switch (change.object.kind) {
      case 'Service':
      case 'EndpointSlice':
        for (const subscriber of this.#all) subscriber.tell([event]);
        break;
      case 'Node':
        this.#spreadNode(change, event);
        break;
      case 'Pod':
        this.#tellPeers(this.#peers.podChanged(change, snapshot), change.revision);
        for (const nodeName of nodesOf(change)) {
          for (const { tell, work, policies } of this.#byNode.get(nodeName) ?? []) tell([...policies.beforePod(change, snapshot), ...work.podChanged(change, snapshot), ...policies.afterPod(change)]);
        }
        break;
      case 'NetworkPolicy':
        for (const { tell, policies } of this.#byNamespace.get(change.object.metadata.namespace ?? '') ?? []) tell(policies.policyChanged(change, snapshot));
        break;
      case 'Namespace':
        this.#tellPeers(this.#peers.namespaceChanged(change, snapshot), change.revision);
        break;
      default:
        for (const subscriber of this.#byReferred.get(keyText(keyOf(change.object))) ?? []) subscriber.tell(subscriber.work.referredChanged(change, event));
    }
  }

  #tellPeers(changes: readonly PeerSetChange[], revision: Revision): void {
    for (const change of changes) {
      const event = peersChanged(change, revision);
      for (const subscriber of this.#byGroup.get(change.key) ?? []) subscriber.tell([event]);
    }
  }

  #spreadNode(change: Change, event: WatchEvent): void {
    const own = this.#byNode.get(change.object.metadata.name);
    for (const subscriber of own ?? []) subscriber.tell([event]);
    const peer = peerEvent(change);
    if (!peer) return;
    for (const subscriber of this.#all) if (!own?.has(subscriber)) subscriber.tell([peer]);
  }
}

function nodesOf(change: Change): ReadonlySet<string> {
  const names = [change.object, change.previous].map((object) => (object as Pod | undefined)?.spec.nodeName);
  return new Set(names.filter((name) => name !== undefined));
}

function addTo<V>(map: Map<string, Set<V>>, key: string, value: V): void {
  map.set(key, (map.get(key) ?? new Set<V>()).add(value));
}

function removeFrom<V>(map: Map<string, Set<V>>, key: string, value: V): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
