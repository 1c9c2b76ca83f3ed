import type { ClusterEvent } from '../cluster-event.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** Why a node does not take a Pod, in Kubernetes' words; one or more reasons. */
export type Refusal = readonly [string, ...string[]];

/** A rule that a node must meet. Pure. */
export interface Filter {
  /** Events after which a Pod that this rule refused may find a node. A new node always counts. */
  readonly retriedOn: readonly ClusterEvent[];
  /** Works out once what the rule needs of a Pod. Undefined: no node is refused. Otherwise a function that gives a node's refusal, undefined where it takes the Pod. */
  prepare(pod: PodInfo): ((node: NodeInfo) => Refusal | undefined) | undefined;
}
