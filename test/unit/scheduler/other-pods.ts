import fc from 'fast-check';
import type { LabelSelector, Node, Pod, PodAffinityTerm, TopologySpreadConstraint } from '../../../src/model/object.ts';
import { matchesLabelSelector } from '../../../src/model/selector.ts';
import { aNode, aPod } from './objects.ts';

/** A small world in which rules about other Pods have much to say. */
export const host = 'kubernetes.io/hostname', zone = 'topology.kubernetes.io/zone';
const key = fc.constantFrom(host, zone, 'rack');
const podLabels = fc.record({ app: fc.constantFrom('web', 'db'), tier: fc.constantFrom('a', 'b') }, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>;
const selector: fc.Arbitrary<LabelSelector | undefined> = fc.oneof(
  fc.constant(undefined), fc.constant({}), fc.constant({ matchLabels: { app: 'web' } }), fc.constant({ matchLabels: { app: 'db', tier: 'a' } }),
  fc.constant({ matchExpressions: [{ key: 'app', operator: 'NotIn' as const, values: ['db'] }] }),
);
const labelKeys = fc.option(fc.constantFrom(['tier'], ['app', 'tier']), { nil: undefined, freq: 4 });

const term: fc.Arbitrary<PodAffinityTerm> = fc.record({
  topologyKey: key, labelSelector: selector, matchLabelKeys: labelKeys, mismatchLabelKeys: fc.option(fc.constant(['tier']), { nil: undefined, freq: 4 }),
  namespaces: fc.option(fc.constantFrom([], ['default'], ['other']), { nil: undefined }), namespaceSelector: fc.option(fc.constantFrom({}, { matchLabels: { team: 'x' } }), { nil: undefined, freq: 3 }),
});
const terms = fc.array(term, { maxLength: 2 });
const weighted = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 100 }), podAffinityTerm: term }), { maxLength: 2 });
const sides = fc.record({ requiredDuringSchedulingIgnoredDuringExecution: terms, preferredDuringSchedulingIgnoredDuringExecution: weighted }, { requiredKeys: [] });
const affinity = fc.record({ podAffinity: sides, podAntiAffinity: sides }, { requiredKeys: [] });

const constraint: fc.Arbitrary<TopologySpreadConstraint> = fc.record({
  maxSkew: fc.integer({ min: 1, max: 3 }), topologyKey: key, whenUnsatisfiable: fc.constantFrom('DoNotSchedule' as const, 'ScheduleAnyway' as const), labelSelector: selector, matchLabelKeys: labelKeys,
  minDomains: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }), nodeAffinityPolicy: fc.constantFrom(undefined, 'Honor' as const, 'Ignore' as const), nodeTaintsPolicy: fc.constantFrom(undefined, 'Honor' as const, 'Ignore' as const),
});

/** Namespaces `default`, without labels, and `other`, of team x. */
export const teams: Readonly<Record<string, Record<string, string>>> = { default: {}, other: { team: 'x' } };

/** A Pod with rules about others or without. */
export const sociablePod: fc.Arbitrary<Pod> = fc.record({
  labels: podLabels, namespace: fc.constantFrom('default', 'other'), owner: fc.constantFrom(undefined, 'set-1', 'set-2'), isGoing: fc.boolean(), nodeSelector: fc.constantFrom<Record<string, string>>({}, {}, { disk: 'ssd' }),
  affinity: fc.option(affinity, { nil: undefined }), topologySpreadConstraints: fc.option(fc.array(constraint, { maxLength: 3 }), { nil: undefined }),
}, { requiredKeys: ['labels', 'namespace'] }).map(({ owner, affinity: about, topologySpreadConstraints, ...sketch }) => aPod('p', {
  ...sketch, ...(owner === undefined ? {} : { owner }), ...(about === undefined ? {} : { affinity: about }), ...(topologySpreadConstraints === undefined ? {} : { topologySpreadConstraints }),
}));

/** A node in domains, or not. */
export function placeOf(name: fc.Arbitrary<string>): fc.Arbitrary<Node> {
  return fc.tuple(name, fc.record({ [zone]: fc.constantFrom('z1', 'z2'), rack: fc.constantFrom('r1', 'r2', 'r3'), disk: fc.constant('ssd') }, { requiredKeys: [] }), fc.boolean(), fc.boolean())
    .map(([nodeName, labels, hasHost, isTainted]) => aNode(nodeName, { labels: { ...(labels as Record<string, string>), ...(hasHost ? { [host]: nodeName } : {}) }, taints: isTainted ? [{ key: 'k', effect: 'NoSchedule' }] : [] }));
}

/** Where Pods are. */
export type Places = readonly { readonly pod: Pod; readonly node: Node }[];

/** Whether a term of a Pod means another Pod; told plainly. */
export function means({ metadata: { labels, namespace } }: Pod, { labelSelector, namespaces = [], namespaceSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: PodAffinityTerm, other: Pod): boolean {
  const name = other.metadata.namespace ?? '', theirs = other.metadata.labels;
  const isThere = namespaces.length === 0 && !namespaceSelector ? name === namespace : namespaces.includes(name) || matchesLabelSelector(namespaceSelector, teams[name] ?? {});
  return isThere && matchesLabelSelector(labelSelector, theirs) && matchLabelKeys.every((each) => labels[each] === undefined || theirs[each] === labels[each])
    && mismatchLabelKeys.every((each) => labels[each] === undefined || theirs[each] !== labels[each]);
}

/** How many Pods that a test means are in a node's domain. */
export function countNear(node: Node, topologyKey: string, places: Places, isMeant: (pod: Pod) => boolean): number {
  const domain = node.metadata.labels[topologyKey];
  return domain === undefined ? 0 : places.filter((place) => place.node.metadata.labels[topologyKey] === domain && isMeant(place.pod)).length;
}
