import type { ChangeJournal } from './change-journal.ts';
import type { PodInfo } from './pod-info.ts';
import { decide } from './schedule.ts';
import type { ClusterView, Decision, SearchOptions } from './schedule.ts';
import { Search } from './search.ts';

/** A cluster that tells which of its nodes changed. */
export interface JournaledCluster extends ClusterView {
  readonly journal: Pick<ChangeJournal, 'position' | 'since'>;
}

interface Kept {
  readonly search: Search;
  /** How much of the journal it knows. */
  position: number;
  /** For how many more Pods it may be used. */
  uses: number;
}

const keptAtMost = 64;

/**
 * Places Pods that ask for the same from one search: the nodes are gone through once for many of them. Decides as `schedule` does over the nodes that the search knows and those that
 * changed since.
 */
export class KeptSearches {
  /** By demand; the longest unused first. */
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly cluster: JournaledCluster) {}

  /** Chooses a node for a Pod; `demand` is what `demandOf` tells of it. */
  decide(pod: PodInfo, demand: string, options: SearchOptions = {}): Decision {
    const kept = this.#kept.get(demand);
    if (kept) this.#kept.delete(demand);
    const choice = kept && this.catchUp(kept) ? kept.search.choose(options.random) : undefined;
    if (kept && choice) {
      this.keep(demand, kept);
      return { type: 'placed', ...choice, nextIndex: options.startIndex ?? 0 };
    }
    return this.searchAll(demand, pod, options);
  }

  private searchAll(demand: string, pod: PodInfo, options: SearchOptions): Decision {
    const { cluster } = this, search = new Search(pod, cluster), position = cluster.journal.position;
    const decision = decide(search, pod, cluster, options);
    if (decision.type === 'placed') this.keep(demand, { search, position, uses: search.uses });
    return decision;
  }

  /** Brings a search up to date; false where it cannot or should not be used any more. */
  private catchUp(kept: Kept): boolean {
    const changed = this.cluster.journal.since(kept.position);
    if (!changed || kept.uses === 0) return false;
    for (const index of new Set(changed)) kept.search.look(this.cluster.nodes[index]!);
    kept.position = this.cluster.journal.position;
    kept.uses--;
    return true;
  }

  private keep(demand: string, kept: Kept): void {
    this.#kept.set(demand, kept);
    const oldest = this.#kept.size > keptAtMost ? this.#kept.keys().next().value : undefined;
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
