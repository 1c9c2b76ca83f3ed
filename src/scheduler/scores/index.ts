import { balancedAllocation } from './balanced-allocation.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { leastAllocated } from './least-allocated.ts';
import { nodeAffinity } from './node-affinity.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import type { Score } from './score.ts';
import { taintToleration } from './taint-toleration.ts';

/** Names of the scores. */
export const scoreNames = ['TaintToleration', 'NodeAffinity', 'PodTopologySpread', 'InterPodAffinity', 'LeastAllocated', 'BalancedAllocation', 'ImageLocality'] as const;

/** A score's name. */
export type ScoreName = (typeof scoreNames)[number];

/** All preferences between nodes, with Kubernetes' weights. */
export const scores: { readonly [N in ScoreName]: Score } = {
  TaintToleration: taintToleration,
  NodeAffinity: nodeAffinity,
  PodTopologySpread: podTopologySpread,
  InterPodAffinity: interPodAffinity,
  LeastAllocated: leastAllocated,
  BalancedAllocation: balancedAllocation,
  ImageLocality: imageLocality,
};
