import { peerGroupsOf } from '../../../src/kinds/network-policy/peer-groups.ts';
import { dnsAddress, dnsPod, membersOf, policyPodOf } from '../../../src/kinds/network-policy/policy-pod.ts';
import type { NetworkPolicy, NetworkPolicyInput, Pod } from '../../../src/model/object.ts';
import { matchesLabelSelector } from '../../../src/model/selector.ts';
import type { PolicyView } from '../../../agent/policy/start-policies.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';

/** Pods and policies that a test sets by hand, told to one node as the server would. Every namespace has its name as label `team`. */
export class FakeCluster implements PolicyView {
  synced = false;
  #policies: readonly NetworkPolicy[] = [];
  readonly #pods: readonly Pod[];
  readonly #localNode: string;
  #groups = new Map<string, ReadonlySet<string>>();
  readonly #listeners = new Set<(keys: readonly string[]) => void>();
  readonly #peersListeners = new Set<(key: string, members: readonly string[]) => void>();

  constructor(localNode: string, pods: readonly Pod[]) {
    this.#localNode = localNode;
    this.#pods = pods;
  }

  /** From now on these policies, by `namespace/name`. */
  set(specs: Readonly<Record<string, NetworkPolicyInput['spec']>>): void {
    this.#policies = Object.entries(specs).map(([key, spec]) => {
      const [namespace = '', name = ''] = key.split('/');
      return storedObject('NetworkPolicy', { metadata: { namespace, name }, spec });
    });
    const before = this.#groups;
    this.#groups = new Map(this.#policies.flatMap((policy) => [...peerGroupsOf(policy).values()]).map((group) => {
      const isIn = (namespace: string) => (group.namespace === undefined ? matchesLabelSelector(group.namespaceSelector, { team: namespace }) : group.namespace === namespace);
      const members = [...this.#pods.map((pod) => ({ ...policyPodOf(pod), address: pod.status.podIP ?? '' })), { ...dnsPod, address: dnsAddress }]
        .flatMap((pod) => (isIn(pod.namespace) && matchesLabelSelector(group.podSelector, pod.labels) ? membersOf(pod, pod.address, group.port) : []));
      return [group.key, new Set(members)];
    }));
    this.synced = true;
    for (const key of new Set([...before.keys(), ...this.#groups.keys()])) for (const listener of this.#peersListeners) listener(key, [...before.get(key) ?? [], ...this.peers(key)]);
    for (const listener of this.#listeners) listener(['synced']);
  }

  pods(): readonly Pod[] {
    return this.#pods.filter(({ spec }) => spec.nodeName === this.#localNode);
  }

  networkPolicies(): readonly NetworkPolicy[] {
    return this.#policies;
  }

  peers(groupKey: string): ReadonlySet<string> {
    return this.#groups.get(groupKey) ?? new Set();
  }

  onChange(listener: (keys: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onPeersChange(listener: (key: string, members: readonly string[]) => void): () => void {
    this.#peersListeners.add(listener);
    return () => this.#peersListeners.delete(listener);
  }
}

/** A running Pod at an address. */
export function podAt(name: string, namespace: string, address: string, nodeName: string): Pod {
  const pod = storedObject('Pod', { metadata: { name, namespace, labels: { name } }, spec: { nodeName, containers: [{ name: 'main', image: 'x', ports: [{ name: 'http', containerPort: 8080 }, { name: 'udp', protocol: 'UDP', containerPort: 8080 }] }] } });
  return { ...pod, status: { ...pod.status, phase: 'Running', podIP: address } };
}
