import type { ClusterFacts, Scope } from '../cluster-facts.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** Prefers some nodes to others. Pure. */
export interface Score {
  readonly scope: Scope;
  /** Its part in the sum. */
  readonly weight: number;
  /**
   * How raw numbers become 0 to 100: they are that already (`none`), the largest becomes 100 (`most-is-best`), the largest becomes 0 and 0 becomes
   * 100 (`least-is-best`), the least becomes 100 and the others what is left in proportion to the largest (`even`), or the least 0 and the largest 100 (`range`).
   */
  readonly normalize: 'none' | 'most-is-best' | 'least-is-best' | 'even' | 'range';
  /** Works out once what it needs of a Pod. Undefined: all nodes are equal. Otherwise a function that gives a node's raw number. */
  prepare(pod: PodInfo, cluster: ClusterFacts): ((node: NodeInfo) => number) | undefined;
}

/** A raw number for a node that a score does not concern: it gets 0 and counts for nothing else. */
export const nothingToSay = NaN;

/** The best score a node can have under one rule. */
export const bestScore = 100;
