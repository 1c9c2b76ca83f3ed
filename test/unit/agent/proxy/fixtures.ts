import type { Endpoint, EndpointSlice, Service, ServicePort, ServiceSpec } from '../../../../src/model/object.ts';
import type { NodeFacts } from '../../../../agent/proxy/ruleset.ts';

export const facts: NodeFacts = { nodeName: 'node-1', nodeIP: '10.99.0.1', podCIDR: '10.244.1.0/24', clusterCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16' };

const metadata = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  uid: `uid-${name}`, name, namespace: 'default', labels, annotations: {}, creationTimestamp: '2030-01-01T00:00:00.000Z',
  finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [],
});

export function servicePort(port: Partial<ServicePort> & { port: number }): ServicePort {
  return { protocol: 'TCP', targetPort: port.port, ...port };
}

export function service(name: string, spec: Partial<ServiceSpec>, createdAt = '2030-01-01T00:00:00.000Z'): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata(name), creationTimestamp: createdAt },
    spec: { type: 'ClusterIP', ports: [], externalIPs: [], sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', publishNotReadyAddresses: false, ...spec },
    status: { loadBalancer: { ingress: [] }, conditions: [] },
  };
}

export function withIngress(base: Service, ...ips: readonly string[]): Service {
  return { ...base, status: { ...base.status, loadBalancer: { ingress: ips.map((ip) => ({ ip })) } } };
}

/** With an address that this node, or another one, says is its own. */
export function withAnnounced(base: Service, ip: string, nodeName = 'node-1'): Service {
  return { ...base, status: { ...base.status, loadBalancer: { ingress: [{ ip, nodeName }] } } };
}

type State = 'ready' | 'unready' | 'leaving' | 'gone';

export function endpoint(address: string, nodeName = 'node-1', state: State = 'ready'): Endpoint {
  const conditions = {
    ready: { ready: true, serving: true, terminating: false },
    unready: { ready: false, serving: false, terminating: false },
    leaving: { ready: false, serving: true, terminating: true },
    gone: { ready: false, serving: false, terminating: true },
  }[state];
  return { addresses: [address], nodeName, conditions };
}

export function slice(serviceName: string, endpoints: readonly Endpoint[], ports: EndpointSlice['ports'] = [{ name: '', protocol: 'TCP', port: 8080 }], name = `${serviceName}-1`): EndpointSlice {
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: metadata(name, { 'kubernetes.io/service-name': serviceName }), addressType: 'IPv4', endpoints, ports };
}
