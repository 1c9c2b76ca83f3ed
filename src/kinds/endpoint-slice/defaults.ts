import { filled } from '../../lib/filled.ts';
import type { Endpoint, EndpointInput, EndpointPort, EndpointPortInput, EndpointSliceInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills an EndpointSlice. */
export function applyDefaults({ addressType, endpoints = [], ports = [] }: EndpointSliceInput): Content<'EndpointSlice'> {
  return { addressType, endpoints: endpoints.map(defaultEndpoint), ports: ports.map(defaultPort) };
}

/** An endpoint of which nothing is said takes traffic; serving follows ready. */
function defaultEndpoint(input: EndpointInput): Endpoint {
  const { ready = true, serving = ready, terminating = false } = input.conditions ?? {};
  return filled(input, { conditions: { ready, serving, terminating } });
}

/** A port without a name has the empty one. */
export function defaultPort(input: EndpointPortInput): EndpointPort {
  return filled(input, { name: input.name ?? '', protocol: input.protocol ?? 'TCP' });
}
