import type { LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Protocol } from '../../model/object.ts';
import { formatSelector, selectorOf } from '../../model/selector.ts';

/** A port of a Pod by its name. */
export interface PortName {
  readonly name: string;
  readonly protocol: Protocol;
}

/** Pods that policies speak of by labels, wherever they run. With `port`, the port of that name at each of them. */
export interface PeerGroup {
  /** Equal for groups that mean the same, in whichever policy they stand; whoever has the policy can work it out. */
  readonly key: string;
  /** The only namespace; absent where namespaceSelector says which. */
  readonly namespace?: string;
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector: LabelSelector;
  readonly port?: PortName;
}

/** A peer that is Pods rather than addresses. */
export type PodPeer = Omit<NetworkPolicyPeer, 'ipBlock'>;

/** Every Pod of the cluster: what a named port means where a rule names a range of addresses, or nobody. */
export const everyPod: PodPeer = { namespaceSelector: {} };

/** The group of Pods that a peer of a policy in a namespace names. */
export function peerGroup(namespace: string, peer: PodPeer, port?: PortName): PeerGroup {
  const podSelector = peer.podSelector ?? {};
  const where = peer.namespaceSelector ? `namespaces(${canonical(peer.namespaceSelector)})` : `namespace ${namespace}`;
  const key = `pods(${canonical(podSelector)}) in ${where}${port ? ` at ${port.name}/${port.protocol}` : ''}`;
  return { key, ...(peer.namespaceSelector ? { namespaceSelector: peer.namespaceSelector } : { namespace }), podSelector, ...(port ? { port } : {}) };
}

/** Every group that a policy's rules speak of, in the directions that it is about. Named ports of ingress rules are the selected Pods' own and make no group. */
export function peerGroupsOf({ metadata, spec }: Pick<NetworkPolicy, 'metadata' | 'spec'>): ReadonlyMap<string, PeerGroup> {
  const namespace = metadata.namespace ?? '';
  const ingress = spec.policyTypes.includes('Ingress') ? spec.ingress.flatMap(({ from }) => from.filter((peer) => !peer.ipBlock).map((peer) => peerGroup(namespace, peer))) : [];
  const egress = spec.policyTypes.includes('Egress') ? spec.egress.flatMap(({ to, ports }) => egressGroups(namespace, to, ports)) : [];
  return new Map([...ingress, ...egress].map((group) => [group.key, group]));
}

/** The name that a port of a rule gives; undefined where it is a number or left out. */
export function portNameOf({ port, protocol }: NetworkPolicyPort): PortName | undefined {
  return typeof port === 'string' ? { name: port, protocol } : undefined;
}

function egressGroups(namespace: string, to: readonly NetworkPolicyPeer[], ports: readonly NetworkPolicyPort[]): readonly PeerGroup[] {
  const pods = to.filter((peer) => !peer.ipBlock);
  const names = ports.flatMap((port) => portNameOf(port) ?? []);
  const isPlain = names.length < ports.length || ports.length === 0;
  const named = [...pods, ...(pods.length < to.length || to.length === 0 ? [everyPod] : [])];
  return [...(isPlain ? pods.map((peer) => peerGroup(namespace, peer)) : []), ...named.flatMap((peer) => names.map((name) => peerGroup(namespace, peer, name)))];
}

/** The same text for selectors with the same requirements in any order. */
function canonical(selector: LabelSelector): string {
  const requirements = (selectorOf(selector) ?? []).map((requirement) => formatSelector([{ ...requirement, values: [...new Set(requirement.values)].sort() }]));
  return [...new Set(requirements)].sort().join(',');
}
