import { isPodReady, isPodTerminal, isPodTerminating } from '../../kinds/pod/pod-state.ts';
import type { AddressType, Endpoint, EndpointPort, Pod, Service } from '../../model/object.ts';

/** Endpoints that share their ports and the type of their addresses, and so may share slices. */
export interface EndpointGroup {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  /** By uid of the Pod, in the order of the Pods. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
}

/**
 * The endpoints that a Service should have. A Pod is one as long as it has an address and has not ended. It is ready while its Ready condition holds and it is
 * not being deleted; `publishNotReadyAddresses` makes it ready always. Serving is its Ready condition alone.
 */
export function planEndpoints(service: Service, pods: readonly Pod[], zones: ReadonlyMap<string, string>): readonly EndpointGroup[] {
  const groups = new Map<string, { readonly addressType: AddressType; readonly ports: readonly EndpointPort[]; readonly endpoints: Map<string, Endpoint> }>();
  for (const pod of pods) {
    const address = pod.status.podIP;
    if (address === undefined || isPodTerminal(pod)) continue;
    const ports = portsOn(service, pod);
    if (ports.length === 0 && service.spec.ports.length > 0) continue;
    const addressType = address.includes(':') ? 'IPv6' : 'IPv4';
    const text = groupText(addressType, ports);
    const group = groups.get(text) ?? { addressType, ports, endpoints: new Map<string, Endpoint>() };
    groups.set(text, group);
    group.endpoints.set(pod.metadata.uid, endpointOf(service, pod, address, zones));
  }
  return [...groups.values()];
}

/** Equal for slices and groups whose endpoints may stand together. */
export function groupText(addressType: AddressType, ports: readonly EndpointPort[]): string {
  return JSON.stringify([addressType, ...ports.map((port) => [port.name, port.protocol, port.port, port.appProtocol])]);
}

function endpointOf(service: Service, pod: Pod, address: string, zones: ReadonlyMap<string, string>): Endpoint {
  const serving = isPodReady(pod);
  const terminating = isPodTerminating(pod);
  const { nodeName, hostname, subdomain } = pod.spec;
  const zone = nodeName === undefined ? undefined : zones.get(nodeName);
  return {
    addresses: [address],
    conditions: { ready: service.spec.publishNotReadyAddresses || (serving && !terminating), serving, terminating },
    ...(hostname && subdomain === service.metadata.name ? { hostname } : {}),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    ...(zone === undefined ? {} : { zone }),
  };
}

/** The Service's ports as this Pod has them; a named target that the Pod lacks is left out. */
function portsOn(service: Service, pod: Pod): readonly EndpointPort[] {
  return service.spec.ports.flatMap((port): readonly EndpointPort[] => {
    const number = typeof port.targetPort === 'number' ? port.targetPort : namedPort(pod, port.targetPort, port.protocol);
    if (number === undefined) return [];
    return [{ name: port.name ?? '', protocol: port.protocol, port: number, ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }) }];
  });
}

function namedPort(pod: Pod, name: string, protocol: EndpointPort['protocol']): number | undefined {
  if (/^[0-9]+$/.test(name)) return Number(name);
  const sidecars = pod.spec.initContainers.filter((container) => container.restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars].flatMap((container) => container.ports).find((port) => port.name === name && port.protocol === protocol)?.containerPort;
}
