import type { ClusterFacts, Scope } from './cluster-facts.ts';
import type { PreparedFilter } from './filters/filter.ts';
import { filterNames, filters } from './filters/index.ts';
import type { FilterName } from './filters/index.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { addScores } from './scores/add-scores.ts';
import { scoreNames, scores } from './scores/index.ts';
import type { Score } from './scores/score.ts';

/** A filter with its name and what it needs of one Pod. */
export interface AskedFilter {
  readonly name: FilterName;
  readonly filter: PreparedFilter;
}

/** The best node that a search knows. */
export interface Choice {
  readonly nodeName: string;
  readonly score: number;
}

/**
 * The nodes that were found to suit a Pod, with all that follows from each node alone. Pods that ask for the same can be placed from it one after the other: only
 * nodes that changed in between are looked at again (`refresh`), and only rules about the whole cluster are asked for each Pod.
 */
export class Search {
  readonly #nodes: NodeInfo[] = [];
  /** Where a node is among the known ones, by name; made when first needed, as most searches of busy clusters are used once. */
  #positions: Map<string, number> | undefined;
  /** Whether the rules about the node alone still accept it. */
  readonly #suits: boolean[] = [];
  #isComplete = false;
  readonly #filters: readonly AskedFilter[];
  /** What scores that need no scaling give each node together. */
  readonly #sums: number[] = [];
  readonly #rates: readonly Rate[];
  readonly #scaled: readonly (Rate & { readonly raw: number[]; isFlat: boolean })[];

  constructor(private readonly pod: PodInfo, private readonly facts: ClusterFacts) {
    this.#filters = askedFilters(pod, facts, 'node');
    const rates = ratesOf(pod, facts, 'node');
    this.#rates = rates.filter(({ score }) => score.normalize === 'none');
    this.#scaled = rates.filter(({ score }) => score.normalize !== 'none').map((each) => ({ ...each, raw: [], isFlat: true }));
  }

  /** For how many Pods it may be used: as long as one likes where it has looked at every node, else so often that all nodes of the cluster get their turn. */
  get uses(): number {
    return this.#isComplete ? Infinity : Math.max(1, Math.floor(this.#nodes.length / 4));
  }

  /** Looks at nodes from an index on, once around, until it knows `wanted` that can have the Pod. Gives the index after the last one. */
  extend(nodes: readonly NodeInfo[], startIndex: number, wanted: number): number {
    const others = askedFilters(this.pod, this.facts, 'cluster');
    let index = nodes.length === 0 ? 0 : startIndex % nodes.length, left = nodes.length;
    for (let found = 0; left > 0 && found < wanted; left--) {
      const node = nodes[index]!;
      if (this.add(node) && !refusingFilter(others, node)) found++;
      index = index + 1 === nodes.length ? 0 : index + 1;
    }
    this.#isComplete = left === 0;
    return index;
  }

  /** Takes up a node's new state. Tells whether the rules about the node alone accept it. */
  look(node: NodeInfo): boolean {
    this.#positions ??= new Map(this.#nodes.map(({ name }, i) => [name, i]));
    const at = this.#positions.get(node.name);
    if (at === undefined) {
      if (!this.add(node)) return false;
      this.#positions.set(node.name, this.#nodes.length - 1);
      return true;
    }
    this.#nodes[at] = node;
    this.#suits[at] = !refusingFilter(this.#filters, node);
    if (this.#suits[at]) this.rate(node, at);
    return this.#suits[at]!;
  }

  private add(node: NodeInfo): boolean {
    if (refusingFilter(this.#filters, node)) return false;
    this.#suits.push(true);
    this.rate(node, this.#nodes.push(node) - 1);
    return true;
  }

  private rate(node: NodeInfo, at: number): void {
    let sum = 0;
    for (const { rate, score: { weight } } of this.#rates) sum += weight * rate(node);
    this.#sums[at] = sum;
    for (const each of this.#scaled) {
      const value = each.raw[at] = each.rate(node);
      if (value !== 0) each.isFlat = false;
    }
  }

  /** The best of the known nodes; undefined where none can have the Pod. Among equals the first, unless `random` decides. */
  choose(random?: () => number): Choice | undefined {
    const suitable = this.suitable();
    if (suitable.length <= 1) return suitable.length === 0 ? undefined : { nodeName: this.#nodes[suitable[0]!]!.name, score: 0 };
    const sums = new Float64Array(suitable.length);
    for (let i = 0; i < sums.length; i++) sums[i] = this.#sums[suitable[i]!]!;
    // What is 0 for all makes no difference between them.
    for (const { score, raw, isFlat } of this.#scaled) if (!isFlat) addScores(sums, score, (i) => raw[suitable[i]!]!);
    for (const { score, rate } of ratesOf(this.pod, this.facts, 'cluster')) addScores(sums, score, (i) => rate(this.#nodes[suitable[i]!]!));
    let winner = 0, equals = 1;
    for (let i = 1; i < sums.length; i++) {
      if (sums[i]! > sums[winner]!) { winner = i; equals = 1; }
      else if (sums[i]! === sums[winner]! && random && random() * ++equals < 1) winner = i;
    }
    return { nodeName: this.#nodes[suitable[winner]!]!.name, score: sums[winner]! };
  }

  private suitable(): readonly number[] {
    const others = askedFilters(this.pod, this.facts, 'cluster');
    const found: number[] = [];
    for (let i = 0; i < this.#nodes.length; i++) if (this.#suits[i] && !refusingFilter(others, this.#nodes[i]!)) found.push(i);
    return found;
  }
}

/** A score with what it needs of one Pod. */
interface Rate {
  readonly score: Score;
  readonly rate: (node: NodeInfo) => number;
}

function ratesOf(pod: PodInfo, facts: ClusterFacts, scope: Scope): readonly Rate[] {
  const rates: Rate[] = [];
  for (const name of scoreNames) {
    const score = scores[name], rate = score.scope === scope ? score.prepare(pod, facts) : undefined;
    if (rate) rates.push({ score, rate });
  }
  return rates;
}

/** The filters that have something to say about a Pod, in order; of one scope where given. */
export function askedFilters(pod: PodInfo, facts: ClusterFacts, scope?: Scope): readonly AskedFilter[] {
  const asked: AskedFilter[] = [];
  for (const name of filterNames) {
    const filter = scope === undefined || filters[name].scope === scope ? filters[name].prepare(pod, facts) : undefined;
    if (filter) asked.push({ name, filter });
  }
  return asked;
}

/** The first filter that does not let a node have the Pod. */
export function refusingFilter(asked: readonly AskedFilter[], node: NodeInfo): AskedFilter | undefined {
  for (const one of asked) if (!one.filter.accepts(node)) return one;
  return undefined;
}
