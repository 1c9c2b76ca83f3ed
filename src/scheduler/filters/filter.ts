import type { ClusterEvent } from '../cluster-event.ts';
import type { ClusterFacts, Scope } from '../cluster-facts.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** Why a node does not take a Pod, in Kubernetes' words; one or more reasons. */
export type Refusal = readonly [string, ...string[]];

/** A rule with all that it needs of one Pod worked out. */
export interface PreparedFilter {
  /** Whether the rule lets the node have the Pod. Asked of many nodes for every Pod, so it only compares. */
  accepts(node: NodeInfo): boolean;
  /** Why not; asked only of nodes that are not accepted, and only where no node is left. */
  explain(node: NodeInfo): Refusal;
}

/** A rule that a node must meet. Pure. */
export interface Filter {
  readonly scope: Scope;
  /** Events after which a Pod that this rule refused may find a node. A new node always counts. */
  readonly retriedOn: readonly ClusterEvent[];
  /** Undefined: the rule accepts every node for this Pod. */
  prepare(pod: PodInfo, cluster: ClusterFacts): PreparedFilter | undefined;
}
