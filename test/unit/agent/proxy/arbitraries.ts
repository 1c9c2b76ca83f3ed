import fc from 'fast-check';
import type { EndpointSlice, Service } from '../../../../src/model/object.ts';
import { endpoint, service, servicePort, slice, withIngress } from './fixtures.ts';

/** A cluster's Services and their slices, with all that the proxy tells apart. Cluster IPs and node ports are unique, as their claims make them. */
export interface Cluster {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

const protocol = fc.constantFrom('TCP' as const, 'UDP' as const);
const state = fc.constantFrom('ready' as const, 'ready' as const, 'unready' as const, 'leaving' as const, 'gone' as const);
const anEndpoint = fc.record({ pod: fc.integer({ min: 2, max: 9 }), node: fc.integer({ min: 1, max: 3 }), state })
  .map(({ pod, node, state: s }) => endpoint(`10.244.${node}.${pod}`, `node-${node}`, s));
const sliceParts = fc.record({ endpoints: fc.array(anEndpoint, { maxLength: 6 }), port: fc.constantFrom(8080, 9090), protocol });
const traffic = fc.constantFrom('Cluster' as const, 'Local' as const);
const addresses = fc.subarray(['10.100.0.1', '10.100.0.2', '10.96.0.3', '10.244.1.5', '127.0.0.1']);

const aService = fc.record({
  type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const, 'ExternalName' as const),
  isHeadless: fc.boolean(),
  protocols: fc.uniqueArray(protocol, { minLength: 1, maxLength: 2 }),
  affinity: fc.constantFrom(undefined, 10, 10_800),
  internal: traffic,
  external: traffic,
  externalIPs: addresses,
  ingress: addresses,
  ranges: fc.option(fc.subarray(['10.0.0.0/8', '10.99.0.0/16', '10.99.3.7/24', '10.99.3.9/32', '0.0.0.0/0', 'fd00::/8']), { nil: undefined, freq: 2 }),
  slices: fc.array(sliceParts, { maxLength: 3 }),
});

export const cluster: fc.Arbitrary<Cluster> = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), aService), { maxLength: 5, selector: ([n]) => n })
  .map((list) => ({
    services: list.map(([n, s]) => withIngress(service(`s${n}`, {
      type: s.type,
      clusterIP: s.isHeadless && s.type === 'ClusterIP' ? 'None' : `10.96.0.${n}`,
      ports: s.protocols.map((p) => servicePort({ port: 80, name: p.toLowerCase(), protocol: p, nodePort: 30_000 + n })),
      sessionAffinity: s.affinity === undefined ? 'None' : 'ClientIP',
      ...(s.affinity === 10 ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } } } : {}),
      internalTrafficPolicy: s.internal,
      externalTrafficPolicy: s.external,
      externalIPs: s.externalIPs,
      ...(s.ranges ? { loadBalancerSourceRanges: s.ranges } : {}),
    }), ...s.ingress)),
    slices: list.flatMap(([n, s]) => s.slices.map((part, i) =>
      slice(`s${n}`, part.endpoints, [{ name: part.protocol.toLowerCase(), protocol: part.protocol, port: part.port }], `s${n}-${i}`))),
  }));
