import { kindFacts } from '../../../src/model/object.ts';
import type { Inputs, KindName, PodSpecInput, PodTemplateSpecInput } from '../../../src/model/object.ts';

/** A Pod's spec with nothing but what is required. */
export const minimalPodSpec: PodSpecInput = { containers: [{ name: 'web', image: 'busybox:1.36' }] };

const template: PodTemplateSpecInput = { metadata: { labels: { app: 'web' } }, spec: minimalPodSpec };
const selector = { matchLabels: { app: 'web' } };
const claim = { claimedBy: { kind: 'Service', namespace: 'default', name: 'web' } };
const moment = '2030-01-02T03:04:05.678Z';

const contents: { readonly [K in KindName]: Omit<Inputs[K], 'metadata'> } = {
  ClusterIPClaim: { spec: claim },
  ConfigMap: {},
  Deployment: { spec: { selector, template } },
  EndpointSlice: { addressType: 'IPv4' },
  Endpoints: {},
  Event: { involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' }, reason: 'Started', firstTimestamp: moment, lastTimestamp: moment },
  LoadBalancerIPClaim: { spec: claim },
  Namespace: {},
  NetworkPolicy: { spec: {} },
  Node: {},
  NodeDrain: {},
  NodePortClaim: { spec: claim },
  Pod: { spec: minimalPodSpec },
  PodCIDRClaim: { spec: claim },
  PodDisruptionBudget: { spec: { selector, minAvailable: 1 } },
  ReplicaSet: { spec: { selector, template } },
  Secret: {},
  Service: { spec: { ports: [{ port: 80 }] } },
};

/** A valid name for the `number`th object of a kind; the names of claims are what they claim. */
export function minimalName(kind: KindName, number = 1): string {
  switch (kind) {
    case 'ClusterIPClaim': return `10.96.200.${number}`;
    case 'LoadBalancerIPClaim': return `192.0.2.${number}`;
    case 'NodePortClaim': return String(32_000 + number);
    // Beside the range that new Nodes get theirs from.
    case 'PodCIDRClaim': return `10.245.${number}.0-24`;
    default: return `x-${number}`;
  }
}

/** The smallest valid input for a new object of a kind, in namespace `default` where it has one. */
export function minimalInput<K extends KindName>(kind: K, name = minimalName(kind)): Inputs[K] {
  const metadata = kindFacts[kind].namespaced ? { name, namespace: 'default' } : { name };
  return { ...contents[kind], metadata } as Inputs[K];
}
