import type { EndpointSlice, Service } from '../../src/model/object.ts';
import { mapsOf, planServiceRules } from './plan-service-rules.ts';
import type { Front, ServiceRules } from './plan-service-rules.ts';
import { emptyRuleset } from './ruleset.ts';
import type { NodeFacts, Ruleset } from './ruleset.ts';

const serviceNameLabel = 'kubernetes.io/service-name';

/**
 * What the table should hold for these Services on this node. Where two Services ask for one front, a cluster IP goes before an external address, and then the
 * older Service wins. What a Service and its slices mean is remembered for as long as these very objects are there: a change costs little more than what changed.
 */
export function planRuleset(services: readonly Service[], slices: readonly EndpointSlice[], facts: NodeFacts): Ruleset {
  const rules = emptyRuleset();
  const bySeniority = services.map((service) => ({ service, age: ageOf(service) })).sort((one, other) => (one.age < other.age ? -1 : one.age > other.age ? 1 : 0));
  const slicesOf = groupSlices(slices);
  const all = bySeniority.map(({ service }) => rulesOf(service, slicesOf.get(keyOf(service.metadata.namespace, service.metadata.name)) ?? none, facts));
  for (const treatment of ['cluster', 'node', 'external'] as const) for (const { fronts } of all) for (const front of fronts) if (front.treatment === treatment) addFront(rules, front);
  for (const { others } of all) for (const { map, key, value } of others) rules[map].set(key, value);
  return rules;
}

const none: readonly EndpointSlice[] = [];

function addFront(rules: ReturnType<typeof emptyRuleset>, { treatment, front, elements }: Front): void {
  const { fronts, unserved } = mapsOf[treatment];
  if (rules[fronts].has(front) || rules[unserved].has(front)) return;
  for (const { map, key, value } of elements) rules[map].set(key, value);
}

/** What Services meant on a node, and from which slices that was worked out. Objects never change: another state is another object. */
const remembered = new WeakMap<NodeFacts, WeakMap<Service, { readonly slices: readonly EndpointSlice[]; readonly rules: ServiceRules }>>();

function rulesOf(service: Service, slices: readonly EndpointSlice[], facts: NodeFacts): ServiceRules {
  const known = remembered.get(facts) ?? new WeakMap<Service, { readonly slices: readonly EndpointSlice[]; readonly rules: ServiceRules }>();
  remembered.set(facts, known);
  const before = known.get(service);
  if (before && before.slices.length === slices.length && before.slices.every((slice, i) => slice === slices[i])) return before.rules;
  const rules = planServiceRules(service, slices, facts);
  known.set(service, { slices, rules });
  return rules;
}

function groupSlices(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = keyOf(slice.metadata.namespace, slice.metadata.labels[serviceNameLabel] ?? '');
    const group = groups.get(key);
    if (group) group.push(slice);
    else groups.set(key, [slice]);
  }
  return groups;
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace}/${name}`;
}

function ageOf({ metadata: { creationTimestamp, namespace, name } }: Service): string {
  return `${creationTimestamp} ${namespace}/${name}`;
}
