import type { EndpointSlice, Pod, Service } from '../../model/object.ts';
import { matchesMap } from '../../model/selector.ts';
import type { Snapshot } from '../../store/store.ts';

/** The label by which an EndpointSlice names its Service. */
export const serviceNameLabel = 'kubernetes.io/service-name';

const byFirstPair = new WeakMap<readonly Service[], ReadonlyMap<string, readonly Service[]>>();
const byPodUid = new WeakMap<readonly EndpointSlice[], ReadonlyMap<string, readonly EndpointSlice[]>>();

/** Services of the Pod's namespace whose selector matches it. Only Services that share a label with the Pod are looked at. */
export function servicesOf(pod: Pod, snapshot: Snapshot): readonly Service[] {
  const services = snapshot.list('Service', pod.metadata.namespace);
  const index = indexed(byFirstPair, services, (service) => {
    const [pair] = Object.entries(service.spec.selector ?? {});
    return pair ? [pairText(...pair)] : [];
  });
  const near = Object.entries(pod.metadata.labels).flatMap((pair) => index.get(pairText(...pair)) ?? []);
  return near.filter((service) => matchesMap(service.spec.selector ?? {}, pod.metadata.labels));
}

/** EndpointSlices of the Pod's namespace that hold it. */
export function slicesOfPod(pod: Pod, snapshot: Snapshot): readonly EndpointSlice[] {
  const slices = snapshot.list('EndpointSlice', pod.metadata.namespace);
  const index = indexed(byPodUid, slices, (slice) => [...new Set(slice.endpoints.map((endpoint) => endpoint.targetRef?.uid).filter((uid) => uid !== undefined))]);
  return index.get(pod.metadata.uid) ?? [];
}

/** Pods that a Service's selector matches. */
export function podsOfService(service: Service, snapshot: Snapshot): readonly Pod[] {
  const selector = service.spec.selector ?? {};
  const [pair] = Object.entries(selector);
  if (!pair) return slicesOfService(service, snapshot).flatMap((slice) => podsOfSlice(slice, snapshot));
  return snapshot.withLabel('Pod', service.metadata.namespace, ...pair).filter((pod) => matchesMap(selector, pod.metadata.labels));
}

/** A Service's EndpointSlices. */
export function slicesOfService(service: Service, snapshot: Snapshot): readonly EndpointSlice[] {
  return snapshot.withLabel('EndpointSlice', service.metadata.namespace, serviceNameLabel, service.metadata.name);
}

/** The Pods that a slice's endpoints name and that still exist, each once. */
export function podsOfSlice(slice: EndpointSlice, snapshot: Snapshot): readonly Pod[] {
  const uids = new Set(slice.endpoints.map((endpoint) => endpoint.targetRef?.uid));
  return [...uids].map((uid) => (uid === undefined ? undefined : snapshot.byUid(uid))).filter((object) => object?.kind === 'Pod') as readonly Pod[];
}

/** An index that is made once for as long as the objects stay as they are. */
function indexed<T>(indexes: WeakMap<readonly T[], ReadonlyMap<string, readonly T[]>>, objects: readonly T[], keysOf: (object: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const known = indexes.get(objects);
  if (known) return known;
  const index = new Map<string, T[]>();
  for (const object of objects) {
    for (const key of keysOf(object)) {
      const entry = index.get(key);
      if (entry) entry.push(object);
      else index.set(key, [object]);
    }
  }
  indexes.set(objects, index);
  return index;
}

function pairText(key: string, value: string): string {
  return `${key}=${value}`;
}
