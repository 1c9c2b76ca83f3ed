import type { KindName } from '../model/object.ts';
import { clusterIPClaim } from './cluster-ip-claim/index.ts';
import { configMap } from './config-map/index.ts';
import { deployment } from './deployment/index.ts';
import { endpointSlice } from './endpoint-slice/index.ts';
import { endpoints } from './endpoints/index.ts';
import { event } from './event/index.ts';
import type { KindDefinition } from './kind.ts';
import { loadBalancerIPClaim } from './load-balancer-ip-claim/index.ts';
import { namespace } from './namespace/index.ts';
import { networkPolicy } from './network-policy/index.ts';
import { nodeDrain } from './node-drain/index.ts';
import { nodePortClaim } from './node-port-claim/index.ts';
import { node } from './node/index.ts';
import { podCIDRClaim } from './pod-cidr-claim/index.ts';
import { podDisruptionBudget } from './pod-disruption-budget/index.ts';
import { pod } from './pod/index.ts';
import { replicaSet } from './replica-set/index.ts';
import { secret } from './secret/index.ts';
import { service } from './service/index.ts';

/** Every kind's meaning. A kind whose shape exists but whose meaning is missing here does not compile. */
export const kinds: { readonly [K in KindName]: KindDefinition<K> } = {
  ClusterIPClaim: clusterIPClaim,
  ConfigMap: configMap,
  Deployment: deployment,
  EndpointSlice: endpointSlice,
  Endpoints: endpoints,
  Event: event,
  LoadBalancerIPClaim: loadBalancerIPClaim,
  Namespace: namespace,
  NetworkPolicy: networkPolicy,
  Node: node,
  NodeDrain: nodeDrain,
  NodePortClaim: nodePortClaim,
  Pod: pod,
  PodCIDRClaim: podCIDRClaim,
  PodDisruptionBudget: podDisruptionBudget,
  ReplicaSet: replicaSet,
  Secret: secret,
  Service: service,
};
