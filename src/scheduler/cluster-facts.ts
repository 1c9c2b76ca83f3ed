import type { NamespaceLabels } from './tallies/affinity-terms.ts';
import type { HeldTerms } from './tallies/held-terms.ts';
import type { PodTallies } from './tallies/pod-tallies.ts';

/** What filters and scores see of the whole cluster. */
export interface ClusterFacts {
  readonly nodeCount: number;
  /** How many nodes have an image, by its name with tag. */
  readonly imageNodes: ReadonlyMap<string, number>;
  /** How many Pods are in which domain. */
  readonly tallies: Pick<PodTallies, 'tally' | 'domainCount'>;
  /** What the Pods on nodes say of other Pods. */
  readonly heldTerms: Pick<HeldTerms, 'matching'>;
  readonly namespaces: NamespaceLabels;
}

/**
 * What a rule's answer for a node follows from, besides the Pod: that `node` alone, so that it holds until the node changes, or the whole `cluster`, so that it may change
 * with every Pod that is placed anywhere.
 */
export type Scope = 'node' | 'cluster';
