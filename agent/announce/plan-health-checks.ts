import { hasHealthCheck } from '../../src/kinds/service/has-health-check.ts';
import type { EndpointSlice, Service } from '../../src/model/object.ts';

/** What one port tells whoever balances over nodes. */
export interface HealthCheck {
  readonly namespace: string;
  readonly name: string;
  /** Ready endpoints of the Service on this node. */
  readonly localEndpoints: number;
}

const serviceNameLabel = 'kubernetes.io/service-name';

/** The health check ports of this node, each with its Service: those of Services whose traffic from outside keeps to the node that gets it. */
export function planHealthChecks(services: readonly Service[], slices: readonly EndpointSlice[], nodeName: string): ReadonlyMap<number, HealthCheck> {
  const checked = services.filter(({ spec }) => hasHealthCheck(spec));
  return new Map(checked.flatMap(({ metadata: { namespace = '', name }, spec: { healthCheckNodePort: port } }) => (port === undefined ? [] : [[port, { namespace, name, localEndpoints: countReady(namespace, name, slices, nodeName) }] as const])));
}

function countReady(namespace: string, name: string, slices: readonly EndpointSlice[], nodeName: string): number {
  const own = slices.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels[serviceNameLabel] === name);
  const ready = own.flatMap(({ endpoints }) => endpoints).filter((endpoint) => endpoint.nodeName === nodeName && endpoint.conditions.ready && !endpoint.conditions.terminating);
  return new Set(ready.map(({ addresses }) => addresses[0])).size;
}
