import type { Pod } from '../../model/object.ts';
import type { NodeInfo } from '../node-info.ts';
import { affinityTermsOf, hasAffinity } from './affinity-terms.ts';
import type { AffinityTerm, AffinityTerms, NamespaceLabels } from './affinity-terms.ts';
import { placesOf } from './pod-group.ts';
import type { PlacedPods } from './pod-tallies.ts';
import { Tally } from './tally.ts';

/** A term that Pods on nodes hold, with how many hold it in each domain. */
export interface HeldTerm extends AffinityTerm {
  readonly type: keyof AffinityTerms;
  readonly tally: Tally;
}

/** What the Pods on nodes say of other Pods, gathered by equal terms: rules about a new Pod that stand with the old ones. */
export class HeldTerms {
  #byPlace: Map<string, Map<string, HeldTerm>> | undefined;

  constructor(private readonly placed: PlacedPods & { readonly namespaces: NamespaceLabels }) {}

  /** The terms that mean this Pod. */
  matching(pod: Pod): readonly HeldTerm[] {
    const byPlace = this.#all();
    if (byPlace.size === 0) return [];
    return placesOf(pod).flatMap((place) => [...byPlace.get(place)?.values() ?? []].filter(({ group }) => group.matches(pod)));
  }

  /** A Pod came to a node, or left it. */
  count(pod: Pod, node: NodeInfo, by: 1 | -1): void {
    if (this.#byPlace && hasAffinity(pod)) this.#count(this.#byPlace, pod, node, by);
  }

  /** Nodes are no longer what they were. */
  forget(): void {
    this.#byPlace = undefined;
  }

  #all(): ReadonlyMap<string, ReadonlyMap<string, HeldTerm>> {
    if (this.#byPlace) return this.#byPlace;
    const made = this.#byPlace = new Map<string, Map<string, HeldTerm>>();
    this.placed.forEachPlaced((pod, node) => { if (hasAffinity(pod)) this.#count(made, pod, node, 1); });
    return made;
  }

  #count(byPlace: Map<string, Map<string, HeldTerm>>, pod: Pod, node: NodeInfo, by: 1 | -1): void {
    const terms = affinityTermsOf(pod, this.placed.namespaces);
    for (const type of ['near', 'away', 'ratherNear', 'ratherAway'] as const) {
      for (const term of terms[type]) {
        const domain = term.domains.domainOf(node), key = JSON.stringify([type, term.weight, term.group.key, term.domains.key]);
        if (domain === undefined) continue;
        const there = byPlace.get(term.group.place) ?? new Map<string, HeldTerm>(), held = there.get(key) ?? { ...term, type, tally: new Tally() };
        held.tally.add(domain, by);
        if (held.tally.total > 0) byPlace.set(term.group.place, there.set(key, held));
        else if (there.delete(key) && there.size === 0) byPlace.delete(term.group.place);
      }
    }
  }
}
