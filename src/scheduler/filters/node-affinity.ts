import { matchesMap } from '../../model/selector.ts';
import { matchesTerm } from '../matches-node.ts';
import type { Filter } from './filter.ts';

/** A node must carry the labels of nodeSelector and meet one term of the required affinity. */
export const nodeAffinity: Filter = {
  retriedOn: ['node-labels-changed'],
  prepare: ({ pod }) => {
    const labels = pod.spec.nodeSelector;
    const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    if (Object.keys(labels).length === 0 && !terms) return undefined;
    return ({ node }) => (matchesMap(labels, node.metadata.labels) && (!terms || terms.some((term) => matchesTerm(term, node))) ? undefined : ["node(s) didn't match Pod's node affinity/selector"]);
  },
};
