import type { EndpointSlice, Service, ServicePort } from '../../src/model/object.ts';
import { isInRange, isUsableAddress, mergeRanges } from './cidr.ts';
import { chooseBackends } from './choose-backends.ts';
import type { Backends } from './choose-backends.ts';
import { balanceChainName, emptyRuleset } from './ruleset.ts';
import type { MapName, NodeFacts, Ruleset, Treatment } from './ruleset.ts';

const serviceNameLabel = 'kubernetes.io/service-name';
const defaultStickySeconds = 10_800;

/** The maps that the fronts of one treatment use. */
const mapsOf = {
  cluster: { fronts: 'addresses', backends: 'backends' },
  external: { fronts: 'addresses', backends: 'backends' },
  node: { fronts: 'ports', backends: 'port_backends' },
  outside_external: { fronts: 'outside_addresses', backends: 'outside_backends' },
  outside_node: { fronts: 'outside_ports', backends: 'outside_port_backends' },
} as const satisfies Record<Treatment, { fronts: MapName; backends: MapName }>;

/** One port of one Service with its backends. */
interface Served {
  readonly service: Service;
  readonly port: ServicePort;
  readonly protocol: string;
  readonly backends: Backends;
}

/**
 * What the table should hold for these Services on this node. Headless and ExternalName Services are no business of the proxy.
 * A cluster IP at which the node itself answers gets no front. Where two Services ask for one front, a cluster IP goes before an external address, and then the older Service wins.
 */
export function planRuleset(services: readonly Service[], slices: readonly EndpointSlice[], facts: NodeFacts): Ruleset {
  const rules = emptyRuleset();
  const served = serve(services, slices, facts.nodeName);
  for (const one of served) if (!facts.answeredHere?.includes(one.service.spec.clusterIP ?? '')) addClusterAddress(rules, one);
  for (const one of served) addNodePort(rules, one);
  for (const one of served) {
    for (const address of balancedAddresses(one.service, facts)) addBalancedAddress(rules, one, address, facts);
    for (const address of externalAddresses(one.service, facts)) addExternalAddress(rules, one, address);
  }
  for (const { backends } of served) for (const backend of [...backends.everywhere, ...backends.here]) addHairpin(rules, backend, facts);
  return rules;
}

function serve(services: readonly Service[], slices: readonly EndpointSlice[], nodeName: string): Served[] {
  const byService = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels[serviceNameLabel]}`;
    byService.set(key, [...(byService.get(key) ?? []), slice]);
  }
  return services
    .filter((s) => s.spec.type !== 'ExternalName' && s.spec.clusterIP !== undefined && isUsableAddress(s.spec.clusterIP))
    .toSorted((a, b) => compare(ageKey(a), ageKey(b)))
    .flatMap((service) => service.spec.ports.map((port) => ({
      service,
      port,
      protocol: port.protocol.toLowerCase(),
      backends: chooseBackends(port, byService.get(`${service.metadata.namespace}/${service.metadata.name}`) ?? [], nodeName),
    })));
}

function ageKey(service: Service): string {
  return `${service.metadata.creationTimestamp} ${service.metadata.namespace}/${service.metadata.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function addClusterAddress(rules: Rules, { service, port, protocol, backends }: Served): void {
  const front = `${service.spec.clusterIP} . ${protocol} . ${port.port}`;
  const isLocal = service.spec.internalTrafficPolicy === 'Local';
  addFront(rules, service, 'cluster', front, isLocal ? backends.here : backends.everywhere, isLocal && backends.everywhere.length > 0);
}

function addNodePort(rules: Rules, { service, port, protocol, backends }: Served): void {
  if (port.nodePort === undefined || (service.spec.type !== 'NodePort' && service.spec.type !== 'LoadBalancer')) return;
  addExternalFront(rules, service, 'node', 'outside_node', `${protocol} . ${port.nodePort}`, backends);
}

function addExternalAddress(rules: Rules, { service, port, protocol, backends }: Served, address: string): boolean {
  return addExternalFront(rules, service, 'external', 'outside_external', `${address} . ${protocol} . ${port.port}`, backends);
}

/** Whoever may not use an address of a load balancer is not answered. Where a node has taken it for the Service, the ports of the node are not open at it. */
function addBalancedAddress(rules: Rules, one: Served, address: string, facts: NodeFacts): void {
  const isAnnounced = one.service.status.loadBalancer.ingress.some(({ ip, nodeName }) => ip === address && nodeName !== undefined);
  if (isAnnounced && address !== facts.nodeIP) {
    rules.balanced.set(address, 'return');
    rules.unserved_addresses.set(address, 'goto refuse');
  }
  const ranges = one.service.spec.loadBalancerSourceRanges ?? [];
  const allowed = mergeRanges(ranges);
  if (!addExternalAddress(rules, one, address) || ranges.length === 0 || allowed.includes('0.0.0.0/0')) return;
  const front = `${address} . ${one.protocol} . ${one.port.port}`;
  rules.guarded.set(front, 'jump guard');
  for (const range of allowed) rules.allowed.set(`${front} . ${range}`, 'return');
}

/** Whether the front is this Service's. Inside, every backend may be used; from outside with policy Local only those here, and without any the packet is dropped, so that others are asked. */
function addExternalFront(rules: Rules, service: Service, inside: Treatment, outside: Treatment, front: string, backends: Backends): boolean {
  if (isTaken(rules, inside, front)) return false;
  addFront(rules, service, inside, front, backends.everywhere, false);
  if (service.spec.externalTrafficPolicy !== 'Local' || backends.everywhere.length === 0) return true;
  if (backends.here.length === 0) rules[mapsOf[outside].fronts].set(front, 'drop');
  else addFront(rules, service, outside, front, backends.here, false);
  return true;
}

type Rules = ReturnType<typeof emptyRuleset>;

function addFront(rules: Rules, service: Service, treatment: Treatment, front: string, backends: readonly string[], isSilent: boolean): void {
  if (isTaken(rules, treatment, front)) return;
  const isByPort = mapsOf[treatment].fronts.endsWith('ports');
  if (backends.length === 0) {
    rules[isByPort ? 'unserved_ports' : 'unserved'].set(front, isSilent ? 'drop' : 'goto refuse');
    return;
  }
  const stickySeconds = service.spec.sessionAffinity === 'ClientIP' ? service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultStickySeconds : undefined;
  const chain = balanceChainName({ treatment, isSticky: stickySeconds !== undefined, backends: backends.length });
  rules[mapsOf[treatment].fronts].set(front, `goto ${chain}`);
  backends.forEach((backend, slot) => {
    rules[mapsOf[treatment].backends].set(`${front} . ${slot}`, backend);
    if (stickySeconds !== undefined) {
      rules[isByPort ? 'remember_ports' : 'remember'].set(`${front} . ${backend}`, `goto remember${isByPort ? '_port' : ''}_${stickySeconds}`);
    }
  });
}

function isTaken(rules: Rules, treatment: Treatment, front: string): boolean {
  const { fronts } = mapsOf[treatment];
  return rules[fronts].has(front) || rules[fronts.endsWith('ports') ? 'unserved_ports' : 'unserved'].has(front);
}

function externalAddresses(service: Service, facts: NodeFacts): readonly string[] {
  const balanced = balancedAddresses(service, facts);
  return usable(service.spec.externalIPs, facts).filter((address) => !balanced.includes(address));
}

function balancedAddresses(service: Service, facts: NodeFacts): readonly string[] {
  return service.spec.type === 'LoadBalancer' ? usable(service.status.loadBalancer.ingress.flatMap(({ ip }) => ip ?? []), facts) : [];
}

/** Addresses in the cluster's own ranges are left out: they would take other Services' or Pods' traffic. */
function usable(addresses: readonly string[], facts: NodeFacts): readonly string[] {
  return [...new Set(addresses)].filter((address) => isUsableAddress(address) && !isInRange(address, facts.serviceCIDR) && !isInRange(address, facts.clusterCIDR));
}

/** A Pod that reaches itself through a Service must not see its own address as the client's: it would answer past the translation. */
function addHairpin(rules: Rules, backend: string, facts: NodeFacts): void {
  const address = backend.split(' . ')[0] ?? '';
  if (isInRange(address, facts.podCIDR)) rules.hairpin.set(`${address} . ${address}`, 'goto masquerade_all');
}
