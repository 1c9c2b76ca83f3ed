import type { EndpointSlice, Service, ServicePort } from '../../src/model/object.ts';
import { isInRange, isUsableAddress, mergeRanges } from './cidr.ts';
import { chooseBackends } from './choose-backends.ts';
import type { Backends } from './choose-backends.ts';
import { balanceChainName } from './ruleset.ts';
import type { Element, MapName, NodeFacts, Treatment } from './ruleset.ts';

const defaultStickySeconds = 10_800;

/** The maps that the fronts of one treatment use. */
export const mapsOf = {
  cluster: { fronts: 'addresses', unserved: 'unserved', backends: 'backends', remember: 'remember' },
  external: { fronts: 'addresses', unserved: 'unserved', backends: 'backends', remember: 'remember' },
  node: { fronts: 'ports', unserved: 'unserved_ports', backends: 'port_backends', remember: 'remember_ports' },
  outside_external: { fronts: 'outside_addresses', unserved: 'unserved', backends: 'outside_backends', remember: 'remember' },
  outside_node: { fronts: 'outside_ports', unserved: 'unserved_ports', backends: 'outside_port_backends', remember: 'remember_ports' },
} as const satisfies Record<Treatment, Record<'fronts' | 'unserved' | 'backends' | 'remember', MapName>>;

/** One front with all that belongs to it: it is a Service's own as a whole, or not at all. */
export interface Front {
  readonly treatment: 'cluster' | 'node' | 'external';
  readonly front: string;
  readonly elements: readonly Element[];
}

/** What one Service asks for on a node. */
export interface ServiceRules {
  readonly fronts: readonly Front[];
  /** Elements that no other Service can be in the way of. */
  readonly others: readonly Element[];
}

/** The fronts of a Service, from its own slices. Headless and ExternalName Services are no business of the proxy. A cluster IP at which the node itself answers gets no front. */
export function planServiceRules(service: Service, slices: readonly EndpointSlice[], facts: NodeFacts): ServiceRules {
  const { type, clusterIP, ports } = service.spec;
  if (type === 'ExternalName' || clusterIP === undefined || !isUsableAddress(clusterIP)) return { fronts: [], others: [] };
  const served = ports.map((port): Served => ({ service, port, protocol: port.protocol.toLowerCase(), backends: chooseBackends(port, slices, facts.nodeName) }));
  const balanced = balancedAddresses(service, facts);
  const external = usable(service.spec.externalIPs, facts).filter((address) => !balanced.includes(address));
  return {
    fronts: served.flatMap((one) => [
      ...(facts.answeredHere?.includes(clusterIP) ? [] : [clusterFront(one)]),
      ...nodeFront(one),
      ...balanced.map((address) => externalFront(one, address, guard(one, address))),
      ...external.map((address) => externalFront(one, address, [])),
    ]),
    others: [...balanced.flatMap((address) => ownAddress(service, address, facts)), ...hairpins(served, facts)],
  };
}

/** One port of a Service with its backends. */
interface Served {
  readonly service: Service;
  readonly port: ServicePort;
  readonly protocol: string;
  readonly backends: Backends;
}

function clusterFront({ service, port, protocol, backends }: Served): Front {
  const front = `${service.spec.clusterIP} . ${protocol} . ${port.port}`;
  const isLocal = service.spec.internalTrafficPolicy === 'Local';
  return { treatment: 'cluster', front, elements: balance(service, 'cluster', front, isLocal ? backends.here : backends.everywhere, isLocal && backends.everywhere.length > 0) };
}

function nodeFront(one: Served): readonly Front[] {
  const { port, protocol, service: { spec: { type } } } = one;
  if (port.nodePort === undefined || (type !== 'NodePort' && type !== 'LoadBalancer')) return [];
  const front = `${protocol} . ${port.nodePort}`;
  return [{ treatment: 'node', front, elements: open(one, 'node', front) }];
}

function externalFront(one: Served, address: string, more: readonly Element[]): Front {
  const front = `${address} . ${one.protocol} . ${one.port.port}`;
  return { treatment: 'external', front, elements: [...open(one, 'external', front), ...more] };
}

/** Inside, every backend may be used; from outside with policy Local only those here, and without any the packet is dropped, so that others are asked. */
function open({ service, backends }: Served, inside: 'node' | 'external', front: string): readonly Element[] {
  const elements = balance(service, inside, front, backends.everywhere, false);
  if (service.spec.externalTrafficPolicy !== 'Local' || backends.everywhere.length === 0) return elements;
  const outside = `outside_${inside}` as const;
  return [...elements, ...(backends.here.length === 0 ? [{ map: mapsOf[outside].fronts, key: front, value: 'drop' }] : balance(service, outside, front, backends.here, false))];
}

function balance(service: Service, treatment: Treatment, front: string, backends: readonly string[], isSilent: boolean): readonly Element[] {
  const maps = mapsOf[treatment];
  if (backends.length === 0) return [{ map: maps.unserved, key: front, value: isSilent ? 'drop' : 'goto refuse' }];
  const stickySeconds = service.spec.sessionAffinity === 'ClientIP' ? service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultStickySeconds : undefined;
  const remember = `goto ${maps.remember === 'remember_ports' ? 'remember_port' : 'remember'}_${stickySeconds}`;
  return [
    { map: maps.fronts, key: front, value: `goto ${balanceChainName({ treatment, isSticky: stickySeconds !== undefined, backends: backends.length })}` },
    ...backends.map((backend, slot): Element => ({ map: maps.backends, key: `${front} . ${slot}`, value: backend })),
    ...(stickySeconds === undefined ? [] : backends.map((backend): Element => ({ map: maps.remember, key: `${front} . ${backend}`, value: remember }))),
  ];
}

/** Whoever may not use an address of a load balancer is not answered. */
function guard({ service, protocol, port }: Served, address: string): readonly Element[] {
  const ranges = service.spec.loadBalancerSourceRanges ?? [];
  const allowed = mergeRanges(ranges);
  if (ranges.length === 0 || allowed.includes('0.0.0.0/0')) return [];
  const front = `${address} . ${protocol} . ${port.port}`;
  return [{ map: 'guarded', key: front, value: 'jump guard' }, ...allowed.map((range): Element => ({ map: 'allowed', key: `${front} . ${range}`, value: 'return' }))];
}

/** Where a node has taken an address for a Service, the ports of the node are not open at it. */
function ownAddress(service: Service, address: string, facts: NodeFacts): readonly Element[] {
  const isAnnounced = service.status.loadBalancer.ingress.some(({ ip, nodeName }) => ip === address && nodeName !== undefined);
  return isAnnounced && address !== facts.nodeIP ? [{ map: 'balanced', key: address, value: 'return' }, { map: 'unserved_addresses', key: address, value: 'goto refuse' }] : [];
}

function balancedAddresses(service: Service, facts: NodeFacts): readonly string[] {
  return service.spec.type === 'LoadBalancer' ? usable(service.status.loadBalancer.ingress.flatMap(({ ip }) => ip ?? []), facts) : [];
}

/** Addresses in the cluster's own ranges are left out: they would take other Services' or Pods' traffic. */
function usable(addresses: readonly string[], facts: NodeFacts): readonly string[] {
  return [...new Set(addresses)].filter((address) => isUsableAddress(address) && !isInRange(address, facts.serviceCIDR) && !isInRange(address, facts.clusterCIDR));
}

/** A Pod that reaches itself through a Service must not see its own address as the client's: it would answer past the translation. */
function hairpins(served: readonly Served[], facts: NodeFacts): readonly Element[] {
  const addresses = new Set(served.flatMap(({ backends }) => [...backends.everywhere, ...backends.here]).map((backend) => backend.slice(0, backend.indexOf(' '))));
  return [...addresses].filter((address) => isInRange(address, facts.podCIDR)).map((address) => ({ map: 'hairpin', key: `${address} . ${address}`, value: 'goto masquerade_all' }));
}
