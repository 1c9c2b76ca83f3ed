import { filled } from '../../lib/filled.ts';
import type { ServiceInput, ServicePort, ServicePortInput, ServiceSpecInput, ServiceStatus, SessionAffinityConfig } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** How long an address stays with one Pod where nothing else is said. */
export const defaultAffinitySeconds = 10_800;

/** Fills a Service, except for what is claimed from the cluster (its address and node ports). */
export function applyDefaults({ spec }: ServiceInput): Content<'Service'> {
  const type = spec.type ?? 'ClusterIP';
  const isOpenOutside = type === 'NodePort' || type === 'LoadBalancer';
  const clusterIP = spec.clusterIP ?? spec.clusterIPs?.[0];
  const sessionAffinity = spec.sessionAffinity ?? 'None';
  return {
    spec: filled(spec, {
      type,
      ports: (spec.ports ?? []).map(defaultPort),
      clusterIP,
      clusterIPs: spec.clusterIPs ?? (clusterIP === undefined ? undefined : [clusterIP]),
      externalIPs: spec.externalIPs ?? [],
      sessionAffinity,
      sessionAffinityConfig: defaultAffinity(sessionAffinity, spec),
      externalTrafficPolicy: spec.externalTrafficPolicy ?? (isOpenOutside ? 'Cluster' : undefined),
      internalTrafficPolicy: spec.internalTrafficPolicy ?? 'Cluster',
      publishNotReadyAddresses: spec.publishNotReadyAddresses ?? false,
      allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? (type === 'LoadBalancer' ? true : undefined),
    }),
  };
}

/** A new Service has no load balancer yet. */
export function initialStatus(): ServiceStatus {
  return { loadBalancer: { ingress: [] }, conditions: [] };
}

function defaultPort(input: ServicePortInput): ServicePort {
  return filled(input, { protocol: input.protocol ?? 'TCP', targetPort: input.targetPort ?? input.port });
}

/** Only a Service with affinity has its settings. */
function defaultAffinity(sessionAffinity: string, { sessionAffinityConfig: config }: ServiceSpecInput): SessionAffinityConfig | undefined {
  if (sessionAffinity !== 'ClientIP') return undefined;
  return { clientIP: { timeoutSeconds: config?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds } };
}
