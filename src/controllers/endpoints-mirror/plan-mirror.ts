import { groupBy } from '../../lib/group-by.ts';
import { sameValue } from '../../lib/same-value.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { Endpoint, EndpointAddress, EndpointPort, EndpointSlice, EndpointSubset, Endpoints, Service, StoredObject } from '../../model/object.ts';
import { ownerReferenceTo } from '../../model/owner.ts';
import type { Plan } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { groupText } from '../endpoints/plan-endpoints.ts';
import { managedByLabel, serviceNameLabel, sliceSize } from '../endpoints/plan-slices.ts';
import { exactly, sameObject } from '../object-key.ts';

/** The value of the label that names who keeps a slice, for slices kept here. */
export const mirroredBy = 'endpointslicemirroring-controller.k8s.io';
/** With the value "true", keeps Endpoints from being mirrored. */
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
/** The most addresses of one subset that count. */
const subsetSize = 1000;

/** One name: what was written for it, the Service of that name, and the slices that mirror it now. */
export interface ObservedMirror {
  readonly endpoints: Endpoints & StoredObject | undefined;
  readonly service: Service | undefined;
  readonly slices: readonly EndpointSlice[];
}

interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/**
 * Brings the slices that mirror some Endpoints to what they say; none where they are not to be mirrored. A slice that is right is not written. Endpoints go with their Service, as
 * under Kubernetes: that there are slices tells that there was one, and not that it is yet to come.
 */
export function planMirror({ endpoints, service, slices }: ObservedMirror): Plan {
  const present = slices.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (!endpoints || !isMirrored(endpoints, service)) return { changes: [...(endpoints && present.length > 0 && !isThere(service) ? [outlived(endpoints)] : []), ...present.map(removed)] };
  const labels = { ...endpoints.metadata.labels, [serviceNameLabel]: endpoints.metadata.name, [managedByLabel]: mirroredBy };
  const free = groupBy(present, (slice) => groupText(slice.addressType, slice.ports));
  const wanted = groupsOf(endpoints.subsets).map((group) => ({ group, slice: free.get(groupText(group.addressType, group.ports))?.shift() }));
  return {
    changes: [
      ...wanted.flatMap(({ group, slice }) => (slice ? changed(slice, group, labels) : [created(endpoints, group, labels)])),
      ...[...free.values()].flat().map(removed),
    ],
  };
}

function isMirrored({ metadata }: Endpoints & StoredObject, service: Service | undefined): boolean {
  if (metadata.deletionTimestamp !== undefined || metadata.labels[skipLabel] === 'true') return false;
  return isThere(service) && service.spec.type !== 'ExternalName' && Object.keys(service.spec.selector ?? {}).length === 0;
}

function isThere(service: Service | undefined): service is Service {
  return service !== undefined && service.metadata.deletionTimestamp === undefined;
}

/** What each slice should hold: addresses that share ports and type, in the order of their first mention, 100 a slice. */
function groupsOf(subsets: readonly EndpointSubset[]): readonly Group[] {
  const groups = new Map<string, { readonly addressType: Group['addressType']; readonly ports: readonly EndpointPort[]; readonly endpoints: Map<string, Endpoint> }>();
  for (const { addresses, notReadyAddresses, ports } of subsets) {
    const all = [...addresses.map((address) => endpointOf(address, true)), ...notReadyAddresses.map((address) => endpointOf(address, false))];
    for (const endpoint of all.slice(0, subsetSize)) {
      const [address = ''] = endpoint.addresses;
      const addressType = address.includes(':') ? 'IPv6' : 'IPv4';
      const text = groupText(addressType, ports);
      const group = groups.get(text) ?? { addressType, ports, endpoints: new Map<string, Endpoint>() };
      groups.set(text, group);
      if (!group.endpoints.get(address)?.conditions.ready) group.endpoints.set(address, endpoint);
    }
  }
  return [...groups.values()].flatMap(({ endpoints, ...shared }) => inSlices([...endpoints.values()]).map((part) => ({ ...shared, endpoints: part })));
}

function inSlices(endpoints: readonly Endpoint[]): readonly (readonly Endpoint[])[] {
  return Array.from({ length: Math.ceil(endpoints.length / sliceSize) }, (_, index) => endpoints.slice(index * sliceSize, (index + 1) * sliceSize));
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return withoutUndefined({ addresses: [ip], conditions: { ready, serving: ready, terminating: false }, hostname, nodeName, targetRef });
}

function created(owner: Endpoints & StoredObject, { addressType, ports, endpoints }: Group, labels: Readonly<Record<string, string>>): RequestedChange {
  const { name, namespace } = owner.metadata;
  return { verb: 'create', kind: 'EndpointSlice', input: { metadata: { generateName: `${name}-`, namespace, labels, ownerReferences: [ownerReferenceTo(owner)] }, addressType, ports, endpoints } };
}

function changed(slice: EndpointSlice, { endpoints }: Group, labels: Readonly<Record<string, string>>): readonly RequestedChange[] {
  const isSame = sameValue(slice.endpoints, endpoints), before = slice.metadata.labels;
  if (isSame && sameValue(before, labels)) return [];
  const lost = Object.keys(before).filter((key) => labels[key] === undefined).map((key) => [key, null] as const);
  return [{ verb: 'patch', kind: 'EndpointSlice', target: exactly(slice), patch: { metadata: { labels: { ...Object.fromEntries(lost), ...labels } }, ...(isSame ? {} : { endpoints }) } }];
}

function outlived(endpoints: Endpoints & StoredObject): RequestedChange {
  return { verb: 'delete', kind: 'Endpoints', target: sameObject(endpoints) };
}

function removed(slice: EndpointSlice): RequestedChange {
  return { verb: 'delete', kind: 'EndpointSlice', target: exactly(slice) };
}
