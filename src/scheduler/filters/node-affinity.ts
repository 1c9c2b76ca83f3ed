import { matchesNodeSelectorTerm } from '../../kinds/pod/node-selector.ts';
import type { Filter } from './filter.ts';

/** A node must carry the labels of nodeSelector and meet one term of the required affinity. */
export const nodeAffinity: Filter = {
  scope: 'node',
  retriedOn: ['node-labels-changed'],
  prepare: ({ pod }) => {
    const labels = Object.entries(pod.spec.nodeSelector);
    const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    if (labels.length === 0 && !terms) return undefined;
    return {
      accepts: ({ node, labels: carried }) => labels.every(([key, value]) => carried[key] === value) && (!terms || terms.some((term) => matchesNodeSelectorTerm(term, node))),
      explain: () => ["node(s) didn't match Pod's node affinity/selector"],
    };
  },
};
