import type { Service } from '../../src/model/object.ts';
import { isInRange, isUsableAddress } from '../proxy/cidr.ts';

/** What the plan must know of the node. */
export interface AnnouncingNode {
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly clusterCIDR: string;
  readonly serviceCIDR: string;
}

/** Addresses to put on this node, to keep there, and to take away. */
export interface AddressPlan {
  readonly added: readonly string[];
  readonly kept: readonly string[];
  readonly removed: readonly string[];
}

/** The addresses that this node answers for: those of Services which name it, but never one of the cluster's own ranges or the node's own. `present` are those it has as such. */
export function planAddresses(services: readonly Service[], node: AnnouncingNode, present: readonly string[]): AddressPlan {
  const isFree = (address: string) => isUsableAddress(address) && address !== node.nodeIP && !isInRange(address, node.clusterCIDR) && !isInRange(address, node.serviceCIDR);
  const named = services.flatMap(({ spec, status }) => (spec.type === 'LoadBalancer' ? status.loadBalancer.ingress : []))
    .flatMap(({ ip, nodeName }) => (nodeName === node.nodeName && ip !== undefined && isFree(ip) ? [ip] : []));
  const wanted = [...new Set(named)].sort();
  return {
    added: wanted.filter((address) => !present.includes(address)),
    kept: wanted.filter((address) => present.includes(address)),
    removed: present.filter((address) => !wanted.includes(address)),
  };
}
