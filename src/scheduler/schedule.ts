import type { ClusterFacts } from './cluster-facts.ts';
import type { FilterName } from './filters/index.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { askedFilters, refusingFilter, Search } from './search.ts';

/** All nodes, and what is known of the cluster as a whole. */
export interface ClusterView extends ClusterFacts {
  readonly nodes: readonly NodeInfo[];
}

/** How a search goes through a large cluster. */
export interface SearchOptions {
  /** Index of the node to begin with; the next search begins where this one ended, so that all nodes get their turn. 0 where left out. */
  readonly startIndex?: number | undefined;
  /** Numbers from 0 up to 1 that decide between equally good nodes; the first one found wins where left out. */
  readonly random?: (() => number) | undefined;
}

/** A node for a Pod, or why there is none. `nextIndex` is the `startIndex` of the next search. */
export type Decision =
  | { readonly type: 'placed'; readonly nodeName: string; readonly score: number; readonly nextIndex: number }
  | { readonly type: 'refused'; readonly refusals: Refusals; readonly nextIndex: number };

/** Why no node takes a Pod. */
export interface Refusals {
  readonly nodeCount: number;
  /** How many nodes each rule refused; each node counts once, so they sum up to `nodeCount`. */
  readonly byFilter: ReadonlyMap<FilterName, number>;
  /** How many nodes have each reason; a node may have several reasons of one rule. */
  readonly byReason: ReadonlyMap<string, number>;
}

/** Chooses a node for a Pod: filter, then score, then the best. The same inputs give the same answer, unless `random` decides between equals. */
export function schedule(pod: PodInfo, cluster: ClusterView, options: SearchOptions = {}): Decision {
  return decide(new Search(pod, cluster), pod, cluster, options);
}

/** The same with a search that is still empty, and which can be used again afterwards. */
export function decide(search: Search, pod: PodInfo, cluster: ClusterView, { startIndex = 0, random }: SearchOptions): Decision {
  const nextIndex = search.extend(cluster.nodes, startIndex, feasibleNodesWanted(cluster.nodes.length));
  const choice = search.choose(random);
  return choice ? { type: 'placed', ...choice, nextIndex } : { type: 'refused', refusals: explainAll(pod, cluster), nextIndex };
}

/** How many suitable nodes are enough to choose from: all of up to 100, of more nodes a part that shrinks from half to a twentieth. */
export function feasibleNodesWanted(nodeCount: number): number {
  const percent = Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(Math.min(nodeCount, 100), Math.floor((nodeCount * percent) / 100));
}

/** Counts each node under the first rule that refuses it. */
function explainAll(pod: PodInfo, cluster: ClusterView): Refusals {
  const asked = askedFilters(pod, cluster);
  const byFilter = new Map<FilterName, number>(), byReason = new Map<string, number>();
  for (const node of cluster.nodes) {
    const refusing = refusingFilter(asked, node);
    if (!refusing) continue;
    byFilter.set(refusing.name, (byFilter.get(refusing.name) ?? 0) + 1);
    for (const reason of refusing.filter.explain(node)) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  }
  return { nodeCount: cluster.nodes.length, byFilter, byReason };
}
