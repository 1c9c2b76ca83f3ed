import type { AdmissionRule } from './admission-rule.ts';
import { protectDefaultNamespaces } from './default-namespaces.ts';
import { defaultTolerations } from './default-tolerations.ts';
import { namespaceContentFinalizer } from './namespace-content-finalizer.ts';
import { namespaceNameLabel } from './namespace-name-label.ts';
import { nodePodCIDR } from './node-pod-cidr.ts';
import { nodeTaintTimes } from './node-taint-times.ts';
import { serviceClusterIP } from './service-cluster-ip.ts';
import { serviceLoadBalancerIP } from './service-load-balancer-ip.ts';
import { serviceNodePorts } from './service-node-ports.ts';

/** All rules, in the order in which they are asked. */
export const admissionRules: readonly AdmissionRule[] = [
  protectDefaultNamespaces,
  namespaceNameLabel,
  namespaceContentFinalizer,
  defaultTolerations,
  nodePodCIDR,
  nodeTaintTimes,
  serviceClusterIP,
  serviceNodePorts,
  serviceLoadBalancerIP,
];
