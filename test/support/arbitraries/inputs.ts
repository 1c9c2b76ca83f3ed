import * as fc from 'fast-check';
import { kindFacts } from '../../../src/model/object.ts';
import type { Inputs, KindName, ObjectMetaInput, ServiceInput } from '../../../src/model/object.ts';
import { configKey, dateTime, dns1035Label, dnsLabel, dnsSubdomain, ipv4, labelKey, labels, labelValue, port, portName } from './names.ts';
import { policySpec } from './policies.ts';
import { podSpec, podTemplate } from './pods.ts';

const some = { requiredKeys: [] as [] };

function metadata(kind: KindName, name: fc.Arbitrary<string>): fc.Arbitrary<ObjectMetaInput> {
  return fc.record({ name, labels, annotations: fc.dictionary(labelKey, fc.string({ maxLength: 20 }), { maxKeys: 3, noNullPrototype: true }) }, { requiredKeys: ['name'] })
    .map((given) => (kindFacts[kind].namespaced ? { ...given, namespace: 'default' } : given));
}

const replicas = fc.nat(20);
const selector = fc.constant({ matchLabels: { app: 'web' } });
const base64 = fc.base64String({ maxLength: 24 });
const claimedBy = fc.record({ claimedBy: fc.record({ kind: fc.constant('Service'), namespace: dnsLabel, name: dnsLabel }) });

const servicePorts = fc.uniqueArray(fc.record({ name: portName, port, protocol: fc.constantFrom('TCP' as const, 'UDP' as const), targetPort: fc.oneof(port, portName) }, { requiredKeys: ['name', 'port'] }),
  { minLength: 1, maxLength: 3, comparator: (one, other) => one.name === other.name || one.port === other.port });

const serviceSpec: fc.Arbitrary<ServiceInput['spec']> = fc.oneof(
  fc.record({ type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const), ports: servicePorts, selector: labels, sessionAffinity: fc.constantFrom('None' as const, 'ClientIP' as const) }, { requiredKeys: ['ports'] }),
  fc.record({ type: fc.constant('LoadBalancer' as const), ports: servicePorts, selector: labels, externalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const), loadBalancerClass: labelKey, loadBalancerIP: ipv4,
    loadBalancerSourceRanges: fc.array(ipv4.map((address) => `${address}/32`), { maxLength: 3 }), allocateLoadBalancerNodePorts: fc.boolean() }, { requiredKeys: ['type', 'ports'] }),
  fc.record({ clusterIP: fc.constant('None'), ports: servicePorts, selector: labels }, { requiredKeys: ['clusterIP'] }),
  fc.record({ type: fc.constant('ExternalName' as const), externalName: dnsSubdomain }),
);

const rollingUpdate = fc.record({ maxSurge: fc.constantFrom(1, 2, '25%', '100%'), maxUnavailable: fc.constantFrom(0, 1, '10%', '50%') }, some);
const strategy = fc.oneof(fc.record({ type: fc.constant('Recreate' as const) }), fc.record({ type: fc.constant('RollingUpdate' as const), rollingUpdate }, some));

const endpoint = fc.record({ addresses: ipv4.map((address) => [address]), conditions: fc.record({ ready: fc.boolean(), serving: fc.boolean(), terminating: fc.boolean() }, some), nodeName: dnsSubdomain, hostname: dnsLabel }, { requiredKeys: ['addresses'] });
const taints = fc.uniqueArray(fc.record({ key: labelKey, value: labelValue, effect: fc.constantFrom('NoSchedule' as const, 'NoExecute' as const) }, { requiredKeys: ['key', 'effect'] }), { maxLength: 3, selector: ({ key }) => key });

const bound = fc.oneof(fc.nat(20), fc.nat(100).map((percent) => `${percent}%`));
const budgetSpec = fc.oneof(fc.record({ minAvailable: bound }), fc.record({ maxUnavailable: bound })).chain((limit) => fc.record({ selector, unhealthyPodEvictionPolicy: fc.constantFrom('IfHealthyBudget' as const, 'AlwaysAllow' as const) }, some)
  .map((rest) => ({ ...rest, ...limit })));

const inputs: { readonly [K in KindName]: fc.Arbitrary<Inputs[K]> } = {
  ClusterIPClaim: fc.record({ metadata: metadata('ClusterIPClaim', ipv4), spec: claimedBy }),
  ConfigMap: fc.record({ metadata: metadata('ConfigMap', dnsSubdomain), data: fc.dictionary(configKey.map((key) => `t-${key}`), fc.string({ maxLength: 20 }), { maxKeys: 3, noNullPrototype: true }),
    binaryData: fc.dictionary(configKey.map((key) => `b-${key}`), base64, { maxKeys: 3, noNullPrototype: true }), immutable: fc.boolean() }, { requiredKeys: ['metadata'] }),
  Deployment: fc.record({ metadata: metadata('Deployment', dnsSubdomain), spec: fc.record({ selector, template: podTemplate, replicas, strategy, minReadySeconds: fc.nat(60), revisionHistoryLimit: fc.nat(20), paused: fc.boolean() }, { requiredKeys: ['selector', 'template'] }) }),
  EndpointSlice: fc.record({ metadata: metadata('EndpointSlice', dnsSubdomain), addressType: fc.constant('IPv4' as const), endpoints: fc.array(endpoint, { maxLength: 5 }),
    ports: fc.uniqueArray(fc.record({ name: portName, port }, some), { maxLength: 3, selector: ({ name }) => name ?? '' }) }, { requiredKeys: ['metadata', 'addressType'] }),
  Endpoints: fc.record({ metadata: metadata('Endpoints', dnsSubdomain), subsets: fc.array(fc.record({ addresses: fc.array(fc.record({ ip: ipv4, hostname: dnsLabel }, { requiredKeys: ['ip'] }), { minLength: 1, maxLength: 4 }),
    ports: fc.array(fc.record({ port }), { maxLength: 1 }) }, { requiredKeys: ['addresses'] }), { maxLength: 3 }) }, { requiredKeys: ['metadata'] }),
  Event: fc.record({ metadata: metadata('Event', dnsSubdomain), involvedObject: fc.record({ kind: fc.constant('Pod'), namespace: fc.constant('default'), name: dnsSubdomain }), reason: fc.constantFrom('Started', 'FailedScheduling'), moment: dateTime,
    message: fc.string({ maxLength: 40 }), type: fc.constantFrom('Normal' as const, 'Warning' as const) }).map(({ moment, ...event }) => ({ ...event, firstTimestamp: moment, lastTimestamp: moment })),
  LoadBalancerIPClaim: fc.record({ metadata: metadata('LoadBalancerIPClaim', ipv4), spec: claimedBy }),
  Namespace: fc.record({ metadata: metadata('Namespace', dnsLabel), spec: fc.record({ finalizers: fc.constant(['kubernetes']) }, some) }, { requiredKeys: ['metadata'] }),
  NetworkPolicy: fc.record({ metadata: metadata('NetworkPolicy', dnsSubdomain), spec: policySpec }),
  Node: fc.record({ metadata: metadata('Node', dnsSubdomain), spec: fc.record({ podCIDR: fc.nat(255).map((third) => `10.244.${third}.0/24`), unschedulable: fc.boolean(), taints }, some) }, { requiredKeys: ['metadata'] }),
  NodeDrain: fc.record({ metadata: metadata('NodeDrain', dnsSubdomain), spec: fc.record({ ignoreDaemonSets: fc.boolean(), deleteEmptyDirData: fc.boolean(), force: fc.boolean(), gracePeriodSeconds: fc.nat(60), timeoutSeconds: fc.nat(600), podSelector: selector }, some) }, { requiredKeys: ['metadata'] }),
  NodePortClaim: fc.record({ metadata: metadata('NodePortClaim', port.map(String)), spec: claimedBy }),
  Pod: fc.record({ metadata: metadata('Pod', dnsSubdomain), spec: podSpec() }),
  PodCIDRClaim: fc.record({ metadata: metadata('PodCIDRClaim', fc.nat(255).map((third) => `10.244.${third}.0-24`)), spec: claimedBy }),
  PodDisruptionBudget: fc.record({ metadata: metadata('PodDisruptionBudget', dnsSubdomain), spec: budgetSpec }),
  ReplicaSet: fc.record({ metadata: metadata('ReplicaSet', dnsSubdomain), spec: fc.record({ selector, template: podTemplate, replicas, minReadySeconds: fc.nat(60) }, { requiredKeys: ['selector', 'template'] }) }),
  Secret: fc.record({ metadata: metadata('Secret', dnsSubdomain), data: fc.dictionary(configKey, base64, { maxKeys: 3, noNullPrototype: true }), stringData: fc.dictionary(configKey, fc.string({ maxLength: 20 }), { maxKeys: 3, noNullPrototype: true }),
    immutable: fc.boolean() }, { requiredKeys: ['metadata'] }),
  Service: fc.record({ metadata: metadata('Service', dns1035Label), spec: serviceSpec }),
};

/** Any valid input for a new object of a kind, as plain as JSON. Namespaced ones are in `default`. */
export function inputsOf<K extends KindName>(kind: K): fc.Arbitrary<Inputs[K]> {
  return inputs[kind].map((input) => structuredClone(input));
}
