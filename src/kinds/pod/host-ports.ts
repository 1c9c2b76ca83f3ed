import type { Pod, Protocol } from '../../model/object.ts';
import { isSidecar } from './pod-resources.ts';

/** Ways to say: every address of the node. */
const wholeNodes: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** A port of the node that a Pod takes. `hostIP` is `0.0.0.0` for every address of the node. */
export interface HostPort {
  readonly hostIP: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** The ports of the node that a Pod takes while it runs: those of its containers and sidecars. */
export function podHostPorts({ spec }: Pick<Pod, 'spec'>): readonly HostPort[] {
  return [...spec.containers, ...spec.initContainers.filter(isSidecar)].flatMap((container) => container.ports.flatMap(({ hostPort, hostIP, protocol }) =>
    (hostPort === undefined ? [] : [{ hostIP: wholeNodes.has(hostIP ?? '') ? '0.0.0.0' : hostIP ?? '', port: hostPort, protocol }])));
}

/** Whether two ports can't be taken on the same node at once. Every address of the node includes each one. */
export function hostPortsConflict(one: HostPort, other: HostPort): boolean {
  return one.port === other.port && one.protocol === other.protocol
    && (one.hostIP === other.hostIP || one.hostIP === '0.0.0.0' || other.hostIP === '0.0.0.0');
}
