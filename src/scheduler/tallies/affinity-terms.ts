import type { Pod, PodAffinityTerm } from '../../model/object.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import type { Labels } from '../../model/selector.ts';
import { placeOf, selectorFor } from './pod-group.ts';
import type { PodGroup } from './pod-group.ts';
import type { Domains } from './pod-tallies.ts';

/** Labels of namespaces, by name. */
export type NamespaceLabels = ReadonlyMap<string, Labels>;

/** What a Pod says of other Pods. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly group: PodGroup;
  readonly domains: Domains;
  /** 1 to 100 for preferred terms, 1 for required ones. */
  readonly weight: number;
}

/** All that a Pod says of other Pods. */
export interface AffinityTerms {
  readonly near: readonly AffinityTerm[];
  readonly away: readonly AffinityTerm[];
  readonly ratherNear: readonly AffinityTerm[];
  readonly ratherAway: readonly AffinityTerm[];
}

/** Whether a Pod says anything of other Pods. */
export function hasAffinity({ spec: { affinity } }: Pod): boolean {
  return affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined;
}

/** The terms of a Pod, for namespaces with these labels. */
export function affinityTermsOf(pod: Pod, namespaces: NamespaceLabels): AffinityTerms {
  const { podAffinity: near, podAntiAffinity: away } = pod.spec.affinity ?? {};
  const required = (terms: readonly PodAffinityTerm[] = []) => terms.map((term) => affinityTerm(pod, term, 1, namespaces));
  const preferred = (terms: readonly { readonly weight: number; readonly podAffinityTerm: PodAffinityTerm }[] = []) => terms.map(({ weight, podAffinityTerm }) => affinityTerm(pod, podAffinityTerm, weight, namespaces));
  return {
    near: required(near?.requiredDuringSchedulingIgnoredDuringExecution), away: required(away?.requiredDuringSchedulingIgnoredDuringExecution),
    ratherNear: preferred(near?.preferredDuringSchedulingIgnoredDuringExecution), ratherAway: preferred(away?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

/** The Pods that all of some groups contain. */
export function commonGroup(groups: readonly [PodGroup, ...PodGroup[]]): PodGroup {
  return { key: JSON.stringify(['all', ...groups.map(({ key }) => key)]), place: groups[0].place, matches: (pod) => groups.every((group) => group.matches(pod)) };
}

function affinityTerm({ metadata: { namespace = '', labels } }: Pod, term: PodAffinityTerm, weight: number, namespaces: NamespaceLabels): AffinityTerm {
  const { topologyKey, namespaces: named = [], namespaceSelector } = term;
  const selector = selectorFor(term, labels), isOwn = named.length === 0 && namespaceSelector === undefined;
  const isMeant = (name: string): boolean => (isOwn ? name === namespace : named.includes(name) || matchesLabelSelector(namespaceSelector, namespaces.get(name) ?? {}));
  return {
    topologyKey, weight, domains: { key: topologyKey, domainOf: (node) => node.labels[topologyKey] },
    group: {
      key: JSON.stringify(['pods', isOwn ? namespace : [named, namespaceSelector], selector]), place: placeOf(isOwn ? namespace : undefined, selector),
      matches: ({ metadata }) => isMeant(metadata.namespace ?? '') && matchesLabelSelector(selector, metadata.labels),
    },
  };
}
