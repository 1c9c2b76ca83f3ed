import { matchesNodeSelectorTerm } from '../../kinds/pod/node-selector.ts';
import type { Score } from './score.ts';

/** Prefers nodes by the sum of the weights of the preferred terms that they meet. */
export const nodeAffinity: Score = {
  scope: 'node',
  weight: 2,
  normalize: 'most-is-best',
  prepare: ({ pod }) => {
    const terms = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (terms.length === 0) return undefined;
    return ({ node }) => terms.reduce((sum, { weight, preference }) => (matchesNodeSelectorTerm(preference, node) ? sum + weight : sum), 0);
  },
};
