import type { Endpoint, EndpointSlice, Service, ServiceSpec } from '../../../../src/model/object.ts';
import { createServiceIndex } from '../../../../agent/dns/service-index.ts';
import type { WritableServiceIndex } from '../../../../agent/dns/service-index.ts';
import { service as serviceInDefault, servicePort, slice as sliceInDefault } from '../proxy/fixtures.ts';

export { servicePort };

/** A Service, in `default` where no namespace is given. */
export function service(name: string, spec: Partial<ServiceSpec>, namespace = 'default'): Service {
  const base = serviceInDefault(name, spec);
  return { ...base, metadata: { ...base.metadata, namespace } };
}

/** A slice of a Service; its ports are `http` and `admin` where left out. */
export function slice(serviceName: string, endpoints: readonly Endpoint[], more: { readonly name?: string; readonly namespace?: string; readonly ports?: EndpointSlice['ports']; readonly addressType?: EndpointSlice['addressType'] } = {}): EndpointSlice {
  const { name, namespace = 'default', addressType = 'IPv4', ports = [{ name: 'http', protocol: 'TCP', port: 8080 }, { name: 'admin', protocol: 'TCP', port: 9090 }] } = more;
  const base = sliceInDefault(serviceName, endpoints, ports, name);
  return { ...base, addressType, metadata: { ...base.metadata, namespace } };
}

/** An endpoint that is ready, unless told otherwise. */
export function host(address: string, hostname?: string, isReady = true): Endpoint {
  return { addresses: [address], conditions: { ready: isReady, serving: isReady, terminating: false }, ...(hostname === undefined ? {} : { hostname }) };
}

/** An index of these. */
export function indexOf(services: readonly Service[], slices: readonly EndpointSlice[] = []): WritableServiceIndex {
  const index = createServiceIndex();
  for (const each of slices) index.putSlice(each.metadata.namespace ?? '', each.metadata.name, each);
  for (const each of services) index.putService(each.metadata.namespace ?? '', each.metadata.name, each);
  return index;
}
