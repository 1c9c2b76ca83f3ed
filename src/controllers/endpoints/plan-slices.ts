import { groupBy } from '../../lib/group-by.ts';
import { sameValue } from '../../lib/same-value.ts';
import type { Endpoint, EndpointSlice, Pod, Service } from '../../model/object.ts';
import { ownerReferenceTo } from '../../model/owner.ts';
import type { Plan } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly } from '../object-key.ts';
import { groupText, planEndpoints } from './plan-endpoints.ts';
import type { EndpointGroup } from './plan-endpoints.ts';

/** Names the Service of a slice. */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** Names who keeps a slice. */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** The value of that label for slices kept here; all others are left alone. */
export const managedBy = 'endpointslice-controller.k8s.io';
/** The most endpoints of one slice. */
export const sliceSize = 100;

/** Everything that a plan for one Service needs, from one snapshot. */
export interface ObservedService {
  readonly service: Service;
  /** Pods that its selector matches. */
  readonly pods: readonly Pod[];
  /** Its slices that are kept here. */
  readonly slices: readonly EndpointSlice[];
  /** Zones of nodes, by the nodes' names. */
  readonly zones: ReadonlyMap<string, string>;
}

interface Filled {
  readonly slice: EndpointSlice | undefined;
  readonly endpoints: Endpoint[];
}

/**
 * Brings the slices of a Service to what they should hold, with as few written slices as possible: an endpoint stays in its slice, and new ones fill up
 * slices before others are made. The last slice stays, empty, when there is nothing to hold.
 */
export function planSlices({ service, pods, slices, zones }: ObservedService): Plan {
  const groups = planEndpoints(service, pods, zones);
  const byGroup = groupBy(slices.filter((slice) => slice.metadata.deletionTimestamp === undefined), (slice) => groupText(slice.addressType, slice.ports));
  const labels = labelsOf(service);
  const filled = groups.flatMap((group) => {
    const text = groupText(group.addressType, group.ports);
    const kept = byGroup.get(text) ?? [];
    byGroup.delete(text);
    return fill(group, kept).map((entry) => ({ ...entry, group }));
  });
  const [spared, ...unused] = [...byGroup.values()].flat().concat(filled.filter((entry) => entry.endpoints.length === 0).flatMap((entry) => entry.slice ?? []));
  const isEmpty = groups.length === 0;
  return {
    changes: [
      ...filled.filter((entry) => entry.endpoints.length > 0).flatMap((entry) => (entry.slice ? updated(entry.slice, entry.endpoints, labels) : [created(service, entry.group, entry.endpoints, labels)])),
      ...(spared && isEmpty ? updated(spared, [], labels) : []),
      ...[...(spared && !isEmpty ? [spared] : []), ...unused].map((slice): RequestedChange => ({ verb: 'delete', kind: 'EndpointSlice', target: exactly(slice) })),
    ],
  };
}

/** Spreads the endpoints of a group over its slices: those that are there stay, new ones go where there is room, preferably into a slice that changes anyway. */
function fill(group: EndpointGroup, slices: readonly EndpointSlice[]): readonly Filled[] {
  const left = new Map(group.endpoints);
  const filled = slices.map((slice): Filled => ({
    slice,
    endpoints: slice.endpoints.flatMap((endpoint) => {
      const uid = endpoint.targetRef?.uid ?? '';
      const wanted = left.get(uid);
      left.delete(uid);
      return wanted ?? [];
    }),
  }));
  const isTouched = ({ slice, endpoints }: Filled): boolean => !sameValue(slice?.endpoints, endpoints);
  const withRoom = filled.filter((entry) => entry.endpoints.length < sliceSize).toSorted((one, other) => Number(isTouched(other)) - Number(isTouched(one)) || other.endpoints.length - one.endpoints.length);
  const waiting = [...left.values()];
  for (const entry of withRoom) entry.endpoints.push(...waiting.splice(0, sliceSize - entry.endpoints.length));
  while (waiting.length > 0) filled.push({ slice: undefined, endpoints: waiting.splice(0, sliceSize) });
  return filled;
}

function labelsOf(service: Service): Readonly<Record<string, string>> {
  return { ...service.metadata.labels, [serviceNameLabel]: service.metadata.name, [managedByLabel]: managedBy, ...(service.spec.clusterIP === 'None' ? { 'service.kubernetes.io/headless': '' } : {}) };
}

function created(service: Service, group: EndpointGroup, endpoints: readonly Endpoint[], labels: Readonly<Record<string, string>>): RequestedChange {
  const { name, namespace } = service.metadata;
  const metadata = { generateName: `${name}-`, namespace, labels, ownerReferences: [ownerReferenceTo(service)] };
  return { verb: 'create', kind: 'EndpointSlice', input: { metadata, addressType: group.addressType, ports: group.ports, endpoints } };
}

function updated(slice: EndpointSlice, endpoints: readonly Endpoint[], labels: Readonly<Record<string, string>>): readonly RequestedChange[] {
  const { labels: before } = slice.metadata;
  const lost = Object.keys(before).filter((key) => labels[key] === undefined).map((key) => [key, null] as const);
  const changed = Object.entries(labels).filter(([key, value]) => before[key] !== value);
  const isSame = sameValue(slice.endpoints, endpoints);
  if (isSame && lost.length + changed.length === 0) return [];
  const metadata = lost.length + changed.length === 0 ? {} : { metadata: { labels: Object.fromEntries([...lost, ...changed]) } };
  return [{ verb: 'patch', kind: 'EndpointSlice', target: exactly(slice), patch: { ...metadata, ...(isSame ? {} : { endpoints }) } }];
}
