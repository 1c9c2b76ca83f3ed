import type { Node } from '../../src/model/object.ts';
import { isUsableAddress } from '../proxy/cidr.ts';
import { contains } from '../runtime/docker/cidr.ts';
import type { NetworkFacts, Peer } from './entry.ts';

/** What matters of a Node. */
export type KnownNode = Pick<Node, 'metadata' | 'spec' | 'status'>;

const range = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

/**
 * The other nodes that packets can be sent to, ordered by name: those with a range inside the cluster's and an IPv4 address. Never one whose range
 * overlaps this node's own or that of a peer before it.
 */
export function planPeers(nodes: readonly KnownNode[], facts: NetworkFacts): readonly Peer[] {
  const peers: Peer[] = [];
  for (const node of [...nodes].sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))) {
    const peer = node.metadata.name === facts.nodeName ? undefined : toPeer(node);
    if (!peer || peer.nodeIP === facts.nodeIP || !contains(facts.clusterCIDR, peer.podCIDR)) continue;
    if (overlap(peer.podCIDR, facts.podCIDR) || peers.some(({ podCIDR }) => overlap(podCIDR, peer.podCIDR))) continue;
    peers.push(peer);
  }
  return peers;
}

function toPeer({ spec, status }: KnownNode): Peer | undefined {
  const nodeIP = status.addresses.find(({ type, address }) => type === 'InternalIP' && isUsableAddress(address))?.address;
  return nodeIP !== undefined && spec.podCIDR && range.test(spec.podCIDR) ? { podCIDR: spec.podCIDR, nodeIP } : undefined;
}

function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}
