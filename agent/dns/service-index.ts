import type { EndpointSlice, Service } from '../../src/model/object.ts';
import { isHeadless, namedEndpoints } from './named-endpoints.ts';
import type { NamedEndpoint } from './named-endpoints.ts';

const serviceNameLabel = 'kubernetes.io/service-name';

/** A Service as DNS sees it. */
export interface ServiceEntry {
  readonly service: Service;
  /** Of a headless Service; those of others have no names. */
  readonly endpoints: readonly NamedEndpoint[];
}

/** Finds Services by name and by address in constant time. */
export interface ServiceIndex {
  service(namespace: string, name: string): ServiceEntry | undefined;
  /** Whether a namespace has a Service, and so a name. */
  hasNamespace(namespace: string): boolean;
  /** The Services that have this cluster IP, or have it among their named endpoints; sorted by name. */
  atAddress(address: string): readonly ServiceEntry[];
}

/** An index that follows changes; a change costs as much as its Service has endpoints. */
export interface WritableServiceIndex extends ServiceIndex {
  /** A Service as it is now; undefined: it is gone. */
  putService(namespace: string, name: string, service: Service | undefined): void;
  /** A slice as it is now; undefined: it is gone. */
  putSlice(namespace: string, name: string, slice: EndpointSlice | undefined): void;
}

/** An empty index. */
export function createServiceIndex(): WritableServiceIndex {
  const entries = new Map<string, ServiceEntry>();
  const namespaces = new Counts();
  const slicesOf = new Map<string, Map<string, EndpointSlice>>();
  const ownerOfSlice = new Map<string, string>();
  const keysAt = new Map<string, Set<string>>();

  /** Puts an entry in place of the one before, with all that points to it. */
  const replace = (key: string, service: Service | undefined): void => {
    const before = entries.get(key);
    for (const address of before ? addressesOf(before) : []) removeFrom(keysAt, address, key);
    if (before) namespaces.add(before.service.metadata.namespace ?? '', -1);
    entries.delete(key);
    if (!service) return;
    const entry = { service, endpoints: isHeadless(service) ? namedEndpoints(service, [...(slicesOf.get(key)?.values() ?? [])]) : [] };
    entries.set(key, entry);
    namespaces.add(service.metadata.namespace ?? '', 1);
    for (const address of addressesOf(entry)) addTo(keysAt, address, key);
  };
  const refresh = (key: string): void => {
    const entry = entries.get(key);
    if (entry && isHeadless(entry.service)) replace(key, entry.service);
  };

  return {
    service: (namespace, name) => entries.get(`${namespace}/${name}`),
    hasNamespace: (namespace) => namespaces.has(namespace),
    atAddress: (address) => [...(keysAt.get(address) ?? [])].sort().flatMap((key) => entries.get(key) ?? []),
    putService: (namespace, name, service) => replace(`${namespace}/${name}`, service),
    putSlice(namespace, name, slice) {
      const sliceKey = `${namespace}/${name}`;
      const label = slice?.metadata.labels[serviceNameLabel];
      const before = ownerOfSlice.get(sliceKey), after = label === undefined ? undefined : `${namespace}/${label}`;
      if (before !== undefined && before !== after) {
        const slices = slicesOf.get(before);
        slices?.delete(sliceKey);
        if (slices?.size === 0) slicesOf.delete(before);
        ownerOfSlice.delete(sliceKey);
        refresh(before);
      }
      if (!slice || after === undefined) return;
      ownerOfSlice.set(sliceKey, after);
      slicesOf.set(after, (slicesOf.get(after) ?? new Map<string, EndpointSlice>()).set(sliceKey, slice));
      refresh(after);
    },
  };
}

function addressesOf({ service, endpoints }: ServiceEntry): ReadonlySet<string> {
  if (isHeadless(service)) return new Set(endpoints.map(({ address }) => address));
  return new Set(service.spec.type !== 'ExternalName' && service.spec.clusterIP ? [service.spec.clusterIP] : []);
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set<string>()).add(value));
}

function removeFrom(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}

/** How often something is there. */
class Counts {
  readonly #counts = new Map<string, number>();
  has(key: string): boolean {
    return this.#counts.has(key);
  }
  add(key: string, change: number): void {
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}
