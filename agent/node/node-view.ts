import { keyOf, keyText } from '../../src/model/object.ts';
import type { NodeWorkStep } from '../../src/client/client.ts';
import type { ConfigMap, EndpointSlice, NetworkPolicy, Node, Pod, Secret, Service, StoredObject } from '../../src/model/object.ts';
import { PeerSets } from './peer-sets.ts';
import type { PeersListener } from './peer-sets.ts';

/** Everything this node needs to know of the cluster, as last heard. While the server is away it keeps what it held. */
export interface NodeView {
  /** Whether the first complete state has arrived. Until then nothing may be started or stopped because of this view. */
  readonly synced: boolean;
  /** This machine's own Node. */
  node(): Node | undefined;
  /** All Nodes; of others than this one no more than name, range of Pod addresses and addresses. */
  nodes(): readonly Node[];
  /** The Pods bound to this node. */
  pods(): readonly Pod[];
  /** A Pod of this node. */
  pod(namespace: string, name: string): Pod | undefined;
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): Secret | undefined;
  service(namespace: string, name: string): Service | undefined;
  endpointSlice(namespace: string, name: string): EndpointSlice | undefined;
  services(): readonly Service[];
  endpointSlices(): readonly EndpointSlice[];
  /** The NetworkPolicies of the namespaces of this node's Pods. */
  networkPolicies(): readonly NetworkPolicy[];
  /** The addresses of a group of Pods that those speak of; see `peerGroupsOf`. */
  peers(groupKey: string): ReadonlySet<string>;
  /** Calls back after every change of a group with the members that may have come or gone. Returns how to stop. */
  onPeersChange(listener: PeersListener): () => void;
  /** Calls back after every change with the texts of the changed keys (`Pod/default/web-1`; see `keyText`). The first complete state is one change. Returns how to stop. */
  onChange(listener: (objectKeys: readonly string[]) => void): () => void;
}

/** A NodeView that is fed with the changes of `nodeWork`. */
export interface FedNodeView extends NodeView {
  /** A new connection begins: what it does not name until its BOOKMARK is gone. */
  begin(): void;
  /** Takes one change in. */
  accept(change: NodeWorkStep): void;
}

/** An empty view of a node. Pure state: it opens no connection of its own. */
export function createNodeView(nodeName: string): FedNodeView {
  const objects = new Map<string, StoredObject>();
  const listeners = new Set<(keys: readonly string[]) => void>();
  const peerSets = new PeerSets();
  let synced = false;
  let named: Set<string> | undefined;

  const ofKind = <T>(kind: string): T[] => [...objects.values()].filter((object) => object.kind === kind) as T[];
  const get = <T>(kind: string, namespace: string, name: string): T | undefined => objects.get(`${kind}/${namespace}/${name}`) as T | undefined;
  const tell = (keys: readonly string[]): void => {
    if (keys.length > 0) for (const listener of [...listeners]) listener(keys);
  };

  const completeSync = (): void => {
    const gone = named ? [...objects.keys()].filter((key) => !named?.has(key)) : [];
    for (const key of gone) objects.delete(key);
    const first = !synced;
    synced = true;
    named = undefined;
    peerSets.complete();
    tell(first ? [...objects.keys(), 'synced'] : gone);
  };

  const isNewer = (key: string, next: StoredObject): boolean => {
    const held = objects.get(key);
    if (!held || held.metadata.uid !== next.metadata.uid) return true;
    return BigInt(next.metadata.resourceVersion) > BigInt(held.metadata.resourceVersion);
  };

  return {
    get synced() {
      return synced;
    },
    node: () => get('Node', '', nodeName),
    nodes: () => ofKind<Node>('Node'),
    pods: () => ofKind<Pod>('Pod'),
    pod: (namespace, name) => get('Pod', namespace, name),
    configMap: (namespace, name) => get('ConfigMap', namespace, name),
    secret: (namespace, name) => get('Secret', namespace, name),
    service: (namespace, name) => get('Service', namespace, name),
    endpointSlice: (namespace, name) => get('EndpointSlice', namespace, name),
    services: () => ofKind<Service>('Service'),
    endpointSlices: () => ofKind<EndpointSlice>('EndpointSlice'),
    networkPolicies: () => ofKind<NetworkPolicy>('NetworkPolicy'),
    peers: (groupKey) => peerSets.members(groupKey),
    onPeersChange: (listener) => peerSets.onChange(listener),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin() {
      named = new Set();
      peerSets.begin();
    },
    accept(change) {
      if (change.type === 'BOOKMARK') {
        if (named) completeSync();
        return;
      }
      if ('peers' in change) return peerSets.accept(change.type, change.peers);
      const object = change.object as unknown as StoredObject;
      const key = keyText(keyOf(object));
      if (change.type === 'DELETED') {
        named?.delete(key);
        if (objects.delete(key) && synced) tell([key]);
        return;
      }
      named?.add(key);
      if (!isNewer(key, object)) return;
      objects.set(key, object);
      if (synced) tell([key]);
    },
  };
}
