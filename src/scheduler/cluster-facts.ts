/** What filters and scores see of the whole cluster. */
export interface ClusterFacts {
  readonly nodeCount: number;
  /** How many nodes have an image, by its name with tag. */
  readonly imageNodes: ReadonlyMap<string, number>;
}

/**
 * What a rule's answer for a node follows from, besides the Pod: that `node` alone, so that it holds until the node changes, or the whole `cluster`, so that it may change
 * with every Pod that is placed anywhere.
 */
export type Scope = 'node' | 'cluster';
