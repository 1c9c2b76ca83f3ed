import fc from 'fast-check';
import { planLayout } from '../../../../agent/policy/plan-layout.ts';
import type { Layout, LocalPod } from '../../../../agent/policy/layout.ts';
import { peerGroupsOf } from '../../../../src/kinds/network-policy/peer-groups.ts';
import type { PeerGroup } from '../../../../src/kinds/network-policy/peer-groups.ts';
import { membersOf } from '../../../../src/kinds/network-policy/policy-pod.ts';
import type { NetworkPolicy, NetworkPolicyInput, NetworkPolicyPeerInput, NetworkPolicyPortInput } from '../../../../src/model/object.ts';
import { matchesLabelSelector } from '../../../../src/model/selector.ts';
import { storedObject } from '../../../support/arbitraries/stored.ts';
import type { Connection, End, NamespaceLabels } from './model.ts';

/** A cluster of two nodes, with Pods in 10.244.1.0/24 and 10.244.2.0/24. */
export interface World {
  readonly namespaces: NamespaceLabels;
  readonly pods: readonly End[];
  readonly policies: readonly NetworkPolicy[];
}

const namespace = fc.constantFrom('blue', 'red'), value = fc.constantFrom('a', 'b');
const labels = fc.dictionary(fc.constantFrom('app', 'tier'), value, { maxKeys: 2, noNullPrototype: true });
const selector = fc.oneof(fc.constant({}), labels.map((matchLabels) => ({ matchLabels })), value.map((one) => ({ matchExpressions: [{ key: 'app', operator: 'NotIn' as const, values: [one] }] })));
const cidr = fc.constantFrom('10.244.1.0/24', '10.244.0.0/16', '0.0.0.0/0', '192.0.2.7/24', '192.0.2.1/32', 'fd00::/64', '10.244.1.2/32');
const block = fc.record({ cidr, except: fc.subarray(['10.244.1.0/30', '10.244.1.2/32', '192.0.2.0/25', '10.244.1.1/29']) })
  .map(({ cidr: range, except }) => ({ ipBlock: { cidr: range, except: range.includes(':') ? [] : except } }));
const peer: fc.Arbitrary<NetworkPolicyPeerInput> = fc.oneof(fc.record({ podSelector: selector }), fc.record({ namespaceSelector: selector }), fc.record({ podSelector: selector, namespaceSelector: selector }), block);
const number = fc.integer({ min: 1, max: 6 }), protocol = fc.constantFrom('TCP' as const, 'UDP' as const);
const port: fc.Arbitrary<NetworkPolicyPortInput> = fc.oneof(fc.record({ protocol, port: fc.oneof(number, fc.constantFrom('x', 'y')) }, { requiredKeys: ['protocol'] }), fc.tuple(protocol, number, number).map(([which, one, more]) => ({ protocol: which, port: one, endPort: one + more })));
const some = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { maxLength });
const spec: fc.Arbitrary<NetworkPolicyInput['spec']> = fc.record({
  podSelector: selector, policyTypes: fc.subarray(['Ingress', 'Egress'] as const), ingress: some(fc.record({ from: some(peer, 2), ports: some(port, 3) }), 2), egress: some(fc.record({ to: some(peer, 2), ports: some(port, 3) }), 2),
});
const policy = fc.record({ namespace, spec }).map((given) => storedObject('NetworkPolicy', { metadata: { name: 'p', namespace: given.namespace }, spec: given.spec }));
const ports = fc.uniqueArray(fc.record({ name: fc.constantFrom('x', 'y'), containerPort: number, protocol }), { maxLength: 2, selector: ({ name }) => name });

/** Any. */
export const world: fc.Arbitrary<World> = fc.record({
  namespaces: fc.record({ blue: labels, red: labels }),
  pods: fc.uniqueArray(fc.record({ address: fc.constantFrom('10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.2.2', '10.244.2.3'), namespace, labels, ports }), { minLength: 1, maxLength: 5, selector: ({ address }) => address }),
  policies: fc.array(policy, { maxLength: 4 }),
});

/** The node that an address is on; undefined for what is no Pod. */
export const nodeOf = (address: string): 1 | 2 | undefined => (address.startsWith('10.244.1.') ? 1 : address.startsWith('10.244.2.') ? 2 : undefined);

/** The plan of a node. */
export function layoutOf({ policies, pods }: World, node: 1 | 2): Layout {
  return planLayout(policies, pods.filter(({ address }) => nodeOf(address) === node).map((pod): LocalPod => ({ ...pod, namespace: pod.namespace ?? '' })));
}

/** The members of every group that the policies speak of. */
export function groupsOf({ policies, pods, namespaces }: World): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map(policies.flatMap((one) => [...peerGroupsOf(one)]));
  return new Map([...groups].map(([key, group]) => [key, new Set(pods.flatMap((pod) => (isInGroup(pod, group, namespaces) ? membersOf({ ports: pod.ports }, pod.address, group.port) : [])))]));
}

function isInGroup(pod: End, group: PeerGroup, namespaces: NamespaceLabels): boolean {
  const own = pod.namespace ?? '';
  return (group.namespace === undefined ? matchesLabelSelector(group.namespaceSelector, namespaces[own] ?? {}) : group.namespace === own) && matchesLabelSelector(group.podSelector, pod.labels);
}

/** Every connection worth asking about. */
export function connectionsOf({ pods }: World): readonly Connection[] {
  const others: readonly End[] = ['192.0.2.1', '192.0.2.200'].map((address) => ({ address, labels: {}, ports: [] }));
  const ends = [...pods, ...others];
  return ends.flatMap((from) => ends.filter((to) => nodeOf(from.address) ?? nodeOf(to.address))
    .flatMap((to) => (['TCP', 'UDP'] as const).flatMap((which) => [1, 3, 6, 9].map((one) => ({ from, to, protocol: which, port: one })))));
}
