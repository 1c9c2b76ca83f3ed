import { everyPod, peerGroup, portNameOf } from '../../src/kinds/network-policy/peer-groups.ts';
import type { PodPeer, PortName } from '../../src/kinds/network-policy/peer-groups.ts';
import { membersOf } from '../../src/kinds/network-policy/policy-pod.ts';
import { groupBy } from '../../src/lib/group-by.ts';
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../src/model/object.ts';
import { matchesLabelSelector } from '../../src/model/selector.ts';
import type { Allowance, Chain, Direction, Layout, LocalPod, PeerMatch, PeerSetUse, PortMatch } from './layout.ts';
import { mergeSpans, toIPv4Range, withoutOverlaps } from './ranges.ts';
import { shortHash } from './short-hash.ts';

/** A layout while it is made. */
interface Draft {
  readonly chains: Map<string, Chain>;
  readonly peerSets: Map<string, PeerSetUse>;
  readonly portNames: Map<string, PortName>;
}

/**
 * What must be in the kernel for these policies to hold for these Pods. A Pod that no policy of its namespace selects in a direction does not appear there. Pods that the
 * same policies select share a chain. Where two Pods are at one address, the one that comes later in the list counts.
 */
export function planLayout(policies: readonly NetworkPolicy[], pods: readonly LocalPod[]): Layout {
  const draft: Draft = { chains: new Map(), peerSets: new Map(), portNames: new Map() };
  const byNamespace = groupBy([...policies].sort(byUid), ({ metadata }) => metadata.namespace ?? '');
  const chainsOf = (direction: Direction) => {
    const chains = new Map<string, string>();
    const known = new Map<string, string>();
    for (const pod of pods) {
      const selecting = (byNamespace.get(pod.namespace) ?? []).filter((policy) => isAbout(policy, direction) && matchesLabelSelector(policy.spec.podSelector, pod.labels));
      chains.delete(pod.address);
      if (selecting.length === 0) continue;
      const key = selecting.map(({ metadata }) => metadata.uid).join();
      const chain = known.get(key) ?? addChain(draft, direction, selecting);
      known.set(key, chain);
      chains.set(pod.address, chain);
    }
    return chains;
  };
  const [ingress, egress] = [chainsOf('ingress'), chainsOf('egress')];
  const portSets = new Map([...draft.portNames].map(([set, name]) => [set, new Set(pods.flatMap((pod) => membersOf(pod, pod.address, name)))]));
  return { ingress, egress, chains: draft.chains, peerSets: draft.peerSets, portSets };
}

function isAbout({ spec }: NetworkPolicy, direction: Direction): boolean {
  return spec.policyTypes.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
}

function addChain(draft: Draft, direction: Direction, policies: readonly NetworkPolicy[]): string {
  const allowances = policies.flatMap(({ metadata, spec }) => (direction === 'ingress'
    ? spec.ingress.flatMap(({ from, ports }) => ingressAllowances(draft, metadata.namespace ?? '', from, ports))
    : spec.egress.flatMap(({ to, ports }) => egressAllowances(draft, metadata.namespace ?? '', to, ports))));
  const unique = [...new Map(allowances.map((allowance) => [JSON.stringify(allowance), allowance])).values()];
  const chain = { direction, allowances: unique };
  const name = `${direction}_${shortHash(JSON.stringify(chain))}`;
  draft.chains.set(name, chain);
  return name;
}

function ingressAllowances(draft: Draft, namespace: string, from: readonly NetworkPolicyPeer[], ports: readonly NetworkPolicyPort[]): readonly Allowance[] {
  const names = ports.flatMap((port) => portNameOf(port) ?? []);
  return cross(peerMatches(draft, namespace, from), [...numberedPorts(ports), ...names.map((name): PortMatch => ({ set: ownPortSet(draft, name) }))]);
}

/** A named port is that of each Pod that is connected to: with Pods as peers one set tells both. */
function egressAllowances(draft: Draft, namespace: string, to: readonly NetworkPolicyPeer[], ports: readonly NetworkPolicyPort[]): readonly Allowance[] {
  const names = ports.flatMap((port) => portNameOf(port) ?? []);
  const peers = to.filter((peer) => !peer.ipBlock), blocks = to.filter((peer) => peer.ipBlock);
  const named = (peer: PodPeer) => names.map((name): PortMatch => ({ set: peerSet(draft, namespace, peer, name) }));
  return [
    ...(ports.length > 0 && ports.length === names.length ? [] : cross(peerMatches(draft, namespace, to), numberedPorts(ports))),
    ...peers.flatMap((peer) => named(peer).map((port): Allowance => ({ port }))),
    ...(blocks.length > 0 || to.length === 0 ? cross(peerMatches(draft, namespace, blocks), named(everyPod)) : []),
  ];
}

/** One allowance for each peer with each kind of port; `undefined` stands for any. None where peers were named and none of them can be met. */
function cross(peers: readonly (PeerMatch | undefined)[], ports: readonly (PortMatch | undefined)[]): readonly Allowance[] {
  return peers.flatMap((peer) => ports.map((port) => ({ ...(peer ? { peer } : {}), ...(port ? { port } : {}) })));
}

function peerMatches(draft: Draft, namespace: string, peers: readonly NetworkPolicyPeer[]): readonly (PeerMatch | undefined)[] {
  if (peers.length === 0) return [undefined];
  return peers.flatMap((peer): readonly (PeerMatch | undefined)[] => {
    if (!peer.ipBlock) return [{ set: peerSet(draft, namespace, peer) }];
    const range = toIPv4Range(peer.ipBlock.cidr);
    return range === undefined ? [] : [{ range, except: withoutOverlaps(peer.ipBlock.except.flatMap((hole) => toIPv4Range(hole) ?? [])) }];
  });
}

/** The ports that have numbers, one match for each protocol; `[undefined]`, any, where the rule names no port at all. */
function numberedPorts(ports: readonly NetworkPolicyPort[]): readonly (PortMatch | undefined)[] {
  if (ports.length === 0) return [undefined];
  const byProtocol = groupBy(ports.filter((port) => typeof port.port !== 'string'), ({ protocol }) => protocol.toLowerCase());
  return [...byProtocol].map(([protocol, list]) => {
    if (list.some(({ port }) => port === undefined)) return { protocol };
    return { protocol, spans: mergeSpans(list.map(({ port, endPort }) => [Number(port), endPort ?? Number(port)])) };
  });
}

function peerSet(draft: Draft, namespace: string, peer: PodPeer, port?: PortName): string {
  const { key } = peerGroup(namespace, peer, port);
  const name = `peers_${shortHash(key)}`;
  draft.peerSets.set(name, { groupKey: key, hasPorts: port !== undefined });
  return name;
}

function ownPortSet(draft: Draft, port: PortName): string {
  const name = `ports_${shortHash(`${port.name}/${port.protocol}`)}`;
  draft.portNames.set(name, port);
  return name;
}

function byUid(a: NetworkPolicy, b: NetworkPolicy): number {
  return a.metadata.uid < b.metadata.uid ? -1 : 1;
}
