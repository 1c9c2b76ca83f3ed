import type { ServiceSpec } from '../../model/object.ts';

/** Whether every node tells at a port, `healthCheckNodePort`, if it has endpoints of a Service: others balance by it. */
export function hasHealthCheck({ type, externalTrafficPolicy }: Pick<ServiceSpec, 'type' | 'externalTrafficPolicy'>): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}
