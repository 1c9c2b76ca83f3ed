import type { PreparedFilter } from './filters/filter.ts';
import { filterNames, filters } from './filters/index.ts';
import type { FilterName } from './filters/index.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { bestScore } from './scores/score.ts';
import type { ClusterFacts, Score } from './scores/score.ts';
import { scoreNames, scores } from './scores/index.ts';

/** All nodes, and what is known of the cluster as a whole. */
export interface ClusterView extends Pick<ClusterFacts, 'imageNodes'> {
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
  const { nodes } = cluster;
  const wanted = feasibleNodesWanted(nodes.length);
  const asked = prepareFilters(pod);
  const feasible: NodeInfo[] = [];
  let index = nodes.length === 0 ? 0 : (options.startIndex ?? 0) % nodes.length;
  for (let left = nodes.length; left > 0 && feasible.length < wanted; left--) {
    const node = nodes[index]!;
    if (!refusingFilter(asked, node)) feasible.push(node);
    index = index + 1 === nodes.length ? 0 : index + 1;
  }
  if (feasible.length === 0) return { type: 'refused', refusals: explainAll(asked, nodes), nextIndex: index };
  return { type: 'placed', ...best(pod, feasible, { nodeCount: nodes.length, imageNodes: cluster.imageNodes }, options.random), nextIndex: index };
}

/** How many suitable nodes are enough to choose from: all of up to 100, of more nodes a part that shrinks from half to a twentieth. */
export function feasibleNodesWanted(nodeCount: number): number {
  const percent = Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(Math.min(nodeCount, 100), Math.floor((nodeCount * percent) / 100));
}

interface AskedFilter {
  readonly name: FilterName;
  readonly filter: PreparedFilter;
}

function prepareFilters(pod: PodInfo): readonly AskedFilter[] {
  return filterNames.flatMap((name) => {
    const filter = filters[name].prepare(pod);
    return filter ? [{ name, filter }] : [];
  });
}

function refusingFilter(asked: readonly AskedFilter[], node: NodeInfo): AskedFilter | undefined {
  for (const one of asked) if (!one.filter.accepts(node)) return one;
  return undefined;
}

/** Counts each node under the first rule that refuses it. */
function explainAll(asked: readonly AskedFilter[], nodes: readonly NodeInfo[]): Refusals {
  const byFilter = new Map<FilterName, number>(), byReason = new Map<string, number>();
  for (const node of nodes) {
    const refusing = refusingFilter(asked, node);
    if (!refusing) continue;
    byFilter.set(refusing.name, (byFilter.get(refusing.name) ?? 0) + 1);
    for (const reason of refusing.filter.explain(node)) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  }
  return { nodeCount: nodes.length, byFilter, byReason };
}

function best(pod: PodInfo, feasible: readonly NodeInfo[], facts: ClusterFacts, random: (() => number) | undefined): { nodeName: string; score: number } {
  if (feasible.length === 1) return { nodeName: feasible[0]!.name, score: 0 };
  const sums = new Float64Array(feasible.length);
  for (const name of scoreNames) addScores(sums, scores[name], pod, feasible, facts);
  let winner = 0, equals = 1;
  for (let i = 1; i < sums.length; i++) {
    if (sums[i]! > sums[winner]!) { winner = i; equals = 1; }
    else if (sums[i]! === sums[winner]! && random && random() * ++equals < 1) winner = i;
  }
  return { nodeName: feasible[winner]!.name, score: sums[winner]! };
}

/** Plain loops: this runs for every suitable node, and typed arrays' own functions were ten times slower. */
function addScores(sums: Float64Array, { weight, normalize, prepare }: Score, pod: PodInfo, feasible: readonly NodeInfo[], facts: ClusterFacts): void {
  const rate = prepare(pod, facts);
  if (!rate) return;
  const raw = new Float64Array(feasible.length);
  let largest = 0;
  for (let i = 0; i < raw.length; i++) {
    raw[i] = rate(feasible[i]!);
    if (raw[i]! > largest) largest = raw[i]!;
  }
  const most = normalize === 'none' ? bestScore : largest;
  for (let i = 0; i < raw.length; i++) {
    const scaled = most === 0 ? 0 : Math.floor((raw[i]! * bestScore) / most);
    sums[i]! += weight * (normalize === 'least-is-best' ? bestScore - scaled : scaled);
  }
}
