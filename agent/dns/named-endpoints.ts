import type { Endpoint, EndpointPort, EndpointSlice, Service } from '../../src/model/object.ts';

/** A port that clients can ask for by name. */
export interface NamedPort {
  /** In lower case. */
  readonly name: string;
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string;
  readonly port: number;
}

/** An endpoint of a headless Service that has a name. */
export interface NamedEndpoint {
  /** In lower case. */
  readonly hostname: string;
  readonly address: string;
  readonly isIPv6: boolean;
  readonly ports: readonly NamedPort[];
}

/** Whether a Service has no address of its own: its name means its endpoints. */
export function isHeadless({ spec }: Service): boolean {
  return spec.type !== 'ExternalName' && spec.clusterIP === 'None';
}

/** The ports of a Service that have names. */
export function namedPorts({ spec }: Service): readonly NamedPort[] {
  return spec.ports.flatMap(({ name, protocol, port }) => (name ? [{ name: name.toLowerCase(), protocol: protocol.toLowerCase(), port }] : []));
}

/** The endpoints of a headless Service that DNS tells of, sorted; one in several slices is told once, with the ports of all. `slices` are the Service's own. */
export function namedEndpoints(service: Service, slices: readonly EndpointSlice[]): readonly NamedEndpoint[] {
  const found = new Map<string, NamedEndpoint>();
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue;
    const ports = slice.ports.flatMap((port) => toNamedPort(service, port));
    for (const endpoint of slice.endpoints) {
      const [address] = endpoint.addresses;
      if (address === undefined || !(endpoint.conditions.ready || service.spec.publishNotReadyAddresses)) continue;
      const hostname = hostnameOf(endpoint, address);
      const key = `${hostname} ${address}`;
      found.set(key, { hostname, address, isIPv6: slice.addressType === 'IPv6', ports: mergePorts(found.get(key)?.ports ?? [], ports) });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

function hostnameOf(endpoint: Endpoint, address: string): string {
  return (endpoint.hostname || address.replace(/[.:]/g, '-')).toLowerCase();
}

/** A slice that names no port means the Service's own. */
function toNamedPort(service: Service, { name, protocol, port }: EndpointPort): readonly NamedPort[] {
  const number = port ?? service.spec.ports.find((own) => (own.name ?? '') === name && own.protocol === protocol)?.port;
  return name === '' || number === undefined ? [] : [{ name: name.toLowerCase(), protocol: protocol.toLowerCase(), port: number }];
}

function mergePorts(some: readonly NamedPort[], more: readonly NamedPort[]): readonly NamedPort[] {
  const isKnown = (port: NamedPort): boolean => some.some((own) => own.name === port.name && own.protocol === port.protocol && own.port === port.port);
  return [...some, ...more.filter((port) => !isKnown(port))];
}
