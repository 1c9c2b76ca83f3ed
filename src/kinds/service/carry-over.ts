import { sameValue } from '../../lib/same-value.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { ServicePort, ServiceSpec, ServiceType } from '../../model/object.ts';
import type { Content } from '../kind.ts';
import { hasHealthCheck } from './has-health-check.ts';

/**
 * Keeps what the cluster gave a Service and its client left out, and drops what a change of type made meaningless unless the client asks for it anew:
 * a node port is kept from NodePort to LoadBalancer and released with ClusterIP.
 */
export function carryOver(next: Content<'Service'>, previous: Content<'Service'>): Content<'Service'> {
  return { spec: withoutUndefined(dropMeaningless(keepGiven(next.spec, previous.spec), previous.spec)) };
}

const hasAddress = (type: ServiceType) => type !== 'ExternalName';
const hasNodePorts = (type: ServiceType) => type === 'NodePort' || type === 'LoadBalancer';

function keepGiven(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  const keepsAddress = hasAddress(next.type) && hasAddress(previous.type) && next.clusterIP === undefined;
  const keepsNodePorts = hasNodePorts(next.type) && hasNodePorts(previous.type);
  return {
    ...next,
    ...(keepsAddress ? { clusterIP: previous.clusterIP, clusterIPs: previous.clusterIPs } : {}),
    ports: keepsNodePorts ? keepNodePorts(next.ports, previous.ports) : next.ports,
    healthCheckNodePort: next.healthCheckNodePort ?? (hasHealthCheck(next) && hasHealthCheck(previous) ? previous.healthCheckNodePort : undefined),
  };
}

function keepNodePorts(next: readonly ServicePort[], previous: readonly ServicePort[]): readonly ServicePort[] {
  const asked = new Set(next.map((port) => port.nodePort));
  return next.map((port) => {
    const given = previous.find((other) => other.port === port.port && other.protocol === port.protocol)?.nodePort;
    return port.nodePort === undefined && given !== undefined && !asked.has(given) ? { ...port, nodePort: given } : port;
  });
}

function dropMeaningless(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  const isOpen = hasNodePorts(next.type) || next.externalIPs.length > 0;
  const unless = <N extends keyof ServiceSpec>(isMeaningful: boolean, name: N): ServiceSpec[N] | undefined => (!isMeaningful && sameValue(next[name], previous[name]) ? undefined : next[name]);
  return {
    ...next,
    clusterIP: unless(hasAddress(next.type), 'clusterIP'),
    clusterIPs: unless(hasAddress(next.type), 'clusterIPs'),
    externalName: unless(next.type === 'ExternalName', 'externalName'),
    externalTrafficPolicy: unless(isOpen, 'externalTrafficPolicy'),
    healthCheckNodePort: unless(hasHealthCheck(next), 'healthCheckNodePort'),
    loadBalancerIP: unless(next.type === 'LoadBalancer', 'loadBalancerIP'),
    loadBalancerClass: unless(next.type === 'LoadBalancer', 'loadBalancerClass'),
    loadBalancerSourceRanges: unless(next.type === 'LoadBalancer', 'loadBalancerSourceRanges'),
    allocateLoadBalancerNodePorts: unless(next.type === 'LoadBalancer', 'allocateLoadBalancerNodePorts'),
    ports: hasNodePorts(next.type) ? next.ports : next.ports.map((port) => withoutStoredNodePort(port, previous.ports)),
  };
}

function withoutStoredNodePort(port: ServicePort, previous: readonly ServicePort[]): ServicePort {
  const isStored = port.nodePort !== undefined && previous.some((other) => other.nodePort === port.nodePort);
  return isStored ? withoutUndefined({ ...port, nodePort: undefined }) : port;
}
