import type { ContainerPort, Pod } from '../../model/object.ts';
import type { Labels } from '../../model/selector.ts';
import { isPodTerminal } from '../pod/pod-state.ts';
import type { PortName } from './peer-groups.ts';

/** A Pod as NetworkPolicies see it. */
export interface PolicyPod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: readonly Pick<ContainerPort, 'name' | 'containerPort' | 'protocol'>[];
}

/** Whether policies are about a Pod at all: not where it is on its node's network, nor once it has ended. */
export function isPolicyPod(pod: Pick<Pod, 'spec' | 'status'>): boolean {
  return !pod.spec.hostNetwork && !isPodTerminal(pod);
}

/** What NetworkPolicies look at in a Pod. */
export function policyPodOf({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>): PolicyPod {
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return { namespace: metadata.namespace ?? '', labels: metadata.labels, ports: [...spec.containers, ...sidecars].flatMap(({ ports }) => ports) };
}

/** What a Pod at an address adds to a set: the address, or for a named port one `address . protocol . port` for each port of that name, in nft's words. */
export function membersOf({ ports }: Pick<PolicyPod, 'ports'>, address: string, port: PortName | undefined): readonly string[] {
  if (!port) return [address];
  const numbers = new Set(ports.filter(({ name, protocol }) => name === port.name && protocol === port.protocol).map(({ containerPort }) => containerPort));
  return [...numbers].map((number) => `${address} . ${port.protocol.toLowerCase()} . ${number}`);
}

/**
 * The cluster's DNS, which the agents answer themselves, as the Pods that it is elsewhere: policies that allow `k8s-app: kube-dns` in kube-system mean it. Its
 * address in sets is `dnsAddress`, for which every node reads the addresses at which it answers.
 */
export const dnsPod: PolicyPod = {
  namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' },
  ports: [{ name: 'dns', containerPort: 53, protocol: 'UDP' }, { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' }],
};

/** Stands for the cluster's DNS in sets of addresses. */
export const dnsAddress = 'dns';
