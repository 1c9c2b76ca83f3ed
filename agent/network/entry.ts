/** How packets for Pods of other nodes travel: as they are over a link that the machines share, or packed into UDP. */
export type NetworkMode = 'routes' | 'vxlan';

/** What a node knows of itself. */
export interface NetworkFacts {
  readonly nodeName: string;
  /** Where other machines reach this one. */
  readonly nodeIP: string;
  readonly podCIDR: string;
  /** All Pods' addresses. */
  readonly clusterCIDR: string;
}

/** Another node, as far as packets go. */
export interface Peer {
  readonly podCIDR: string;
  readonly nodeIP: string;
}

/** One thing in the kernel's tables. At most one of each has the same range, address, or hardware address. */
export type Entry =
  | { readonly kind: 'route'; readonly range: string; readonly via: string; readonly device: string | undefined }
  | { readonly kind: 'neighbour'; readonly address: string; readonly hardware: string }
  | { readonly kind: 'forward'; readonly hardware: string; readonly machine: string };

/** One step towards the wanted entries. */
export interface Change {
  readonly type: 'replace' | 'delete';
  readonly entry: Entry;
}

/** The device that packs and unpacks. */
export const vxlanDevice = 'gantry-vxlan';

/** Marks routes as ours: a number that no routing daemon has in iproute2's list (186 and its neighbours are theirs). */
export const routeProtocol = 176;
