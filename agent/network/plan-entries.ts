import type { Entry, NetworkMode, Peer } from './entry.ts';
import { vxlanDevice } from './entry.ts';

/** The address of a node's VXLAN device: the first of its range, which no Pod gets. */
export function tunnelAddress(podCIDR: string): string {
  return podCIDR.split('/')[0] ?? '';
}

/** The hardware address of a node's VXLAN device, made of its address: locally administered, and the same wherever it is worked out. */
export function tunnelHardware(podCIDR: string): string {
  return ['02', '67', ...tunnelAddress(podCIDR).split('.').map((part) => Number(part).toString(16).padStart(2, '0'))].join(':');
}

/** What must be in the kernel's tables to reach the peers; what others rest on comes first. */
export function planEntries(mode: NetworkMode, peers: readonly Peer[]): readonly Entry[] {
  if (mode === 'routes') return peers.map(({ podCIDR, nodeIP }) => ({ kind: 'route', range: podCIDR, via: nodeIP, device: undefined }));
  return [
    ...peers.map(({ podCIDR, nodeIP }): Entry => ({ kind: 'forward', hardware: tunnelHardware(podCIDR), machine: nodeIP })),
    ...peers.map(({ podCIDR }): Entry => ({ kind: 'neighbour', address: tunnelAddress(podCIDR), hardware: tunnelHardware(podCIDR) })),
    ...peers.map(({ podCIDR }): Entry => ({ kind: 'route', range: podCIDR, via: tunnelAddress(podCIDR), device: vxlanDevice })),
  ];
}
