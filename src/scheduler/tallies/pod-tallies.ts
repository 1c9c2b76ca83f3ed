import type { Pod } from '../../model/object.ts';
import type { NodeInfo } from '../node-info.ts';
import { placesOf } from './pod-group.ts';
import type { PodGroup } from './pod-group.ts';
import { Tally } from './tally.ts';

/** What divides the nodes. */
export interface Domains {
  /** The same for the same division. */
  readonly key: string;
  /** The domain that a node is in; undefined for one that does not count. */
  domainOf(node: NodeInfo): string | undefined;
}

/** All Pods that are on nodes, with their nodes. */
export interface PlacedPods {
  readonly nodes: readonly NodeInfo[];
  /** Calls back for every Pod on a node that is known. */
  forEachPlaced(see: (pod: Pod, node: NodeInfo) => void): void;
}

interface Kept {
  readonly group: PodGroup;
  readonly domains: Domains;
  readonly tally: Tally;
}

const keptAtMost = 1000;

/**
 * Counts Pods by domain for rules that ask about other Pods. A tally is made by looking at everything once, and then kept up to date Pod by Pod, so that a question
 * costs the same in a large cluster. All are given up when nodes change (`forget`).
 */
export class PodTallies {
  /** By key; the longest unused first. */
  readonly #kept = new Map<string, Kept>();
  readonly #byPlace = new Map<string, Set<Kept>>();
  readonly #domainCounts = new Map<string, number>();

  constructor(private readonly placed: PlacedPods) {}

  /** How many Pods of a group are in each domain. Do not keep it: it may be given up. */
  tally(group: PodGroup, domains: Domains): Tally {
    const key = `${group.key}\n${domains.key}`, known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.tally;
    }
    const kept: Kept = { group, domains, tally: new Tally() };
    this.placed.forEachPlaced((pod, node) => count(kept, pod, node, 1));
    this.#kept.set(key, kept);
    this.#byPlace.set(group.place, (this.#byPlace.get(group.place) ?? new Set()).add(kept));
    this.#giveUpOldest();
    return kept.tally;
  }

  /** How many domains there are. */
  domainCount(domains: Domains): number {
    let known = this.#domainCounts.get(domains.key);
    if (known === undefined) {
      const found = new Set<string>();
      for (const node of this.placed.nodes) {
        const domain = domains.domainOf(node);
        if (domain !== undefined) found.add(domain);
      }
      if (this.#domainCounts.size >= keptAtMost) this.#domainCounts.clear();
      this.#domainCounts.set(domains.key, known = found.size);
    }
    return known;
  }

  /** A Pod came to a node, or left it. */
  count(pod: Pod, node: NodeInfo, by: 1 | -1): void {
    if (this.#kept.size === 0) return;
    for (const place of placesOf(pod)) for (const kept of this.#byPlace.get(place) ?? []) count(kept, pod, node, by);
  }

  /** Nodes are no longer what they were. */
  forget(): void {
    this.#kept.clear();
    this.#byPlace.clear();
    this.#domainCounts.clear();
  }

  #giveUpOldest(): void {
    if (this.#kept.size <= keptAtMost) return;
    const [[key, kept]] = this.#kept as unknown as Iterable<[string, Kept]> as [[string, Kept]];
    this.#kept.delete(key);
    const there = this.#byPlace.get(kept.group.place);
    there?.delete(kept);
    if (there?.size === 0) this.#byPlace.delete(kept.group.place);
  }
}

function count({ group, domains, tally }: Kept, pod: Pod, node: NodeInfo, by: 1 | -1): void {
  if (!group.matches(pod)) return;
  const domain = domains.domainOf(node);
  if (domain !== undefined) tally.add(domain, by);
}
