import type { Endpoint, EndpointPort, EndpointSlice, ServicePort } from '../../src/model/object.ts';
import { isUsableAddress } from './cidr.ts';

/** Where connections to one port of a Service may go, sorted, each `address . port`. */
export interface Backends {
  /** On all nodes. */
  readonly everywhere: readonly string[];
  /** On this node. */
  readonly here: readonly string[];
}

interface Candidate {
  readonly backend: string;
  readonly isHere: boolean;
  readonly isReady: boolean;
  readonly isLeaving: boolean;
}

/**
 * The backends of one port of a Service. Ready endpoints; where none is ready those that are terminating and still serve
 * (the rule of Kubernetes, applied to all nodes and to this node apart). `slices` are the Service's own.
 */
export function chooseBackends(port: ServicePort, slices: readonly EndpointSlice[], nodeName: string): Backends {
  const candidates = slices
    .filter((slice) => slice.addressType === 'IPv4')
    .flatMap((slice) => slice.ports.filter((p) => isSamePort(p, port)).flatMap((p) => slice.endpoints.flatMap((e) => toCandidates(e, p.port ?? ownPort(port), nodeName))));
  return { everywhere: usable(candidates), here: usable(candidates.filter((c) => c.isHere)) };
}

function isSamePort(slicePort: EndpointPort, port: ServicePort): boolean {
  return slicePort.name === (port.name ?? '') && slicePort.protocol === port.protocol;
}

/** The port for slices that name none. */
function ownPort(port: ServicePort): number {
  return typeof port.targetPort === 'number' ? port.targetPort : port.port;
}

function toCandidates(endpoint: Endpoint, port: number, nodeName: string): Candidate[] {
  const [address] = endpoint.addresses;
  if (address === undefined || !isUsableAddress(address)) return [];
  const { ready, serving, terminating } = endpoint.conditions;
  return [{ backend: `${address} . ${port}`, isHere: endpoint.nodeName === nodeName, isReady: ready && !terminating, isLeaving: serving && terminating }];
}

function usable(candidates: readonly Candidate[]): readonly string[] {
  const ready = candidates.filter((c) => c.isReady);
  const chosen = ready.length > 0 ? ready : candidates.filter((c) => c.isLeaving);
  return [...new Set(chosen.map((c) => c.backend))].sort();
}
