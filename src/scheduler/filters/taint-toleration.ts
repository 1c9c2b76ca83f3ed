import { isTolerated } from '../tolerates.ts';
import type { Filter } from './filter.ts';

/** A node with a NoSchedule or NoExecute taint takes only Pods that tolerate it. A node that is not ready has such a taint. */
export const taintToleration: Filter = {
  retriedOn: ['node-taints-changed'],
  prepare: ({ pod }) => (node) => {
    if (node.hardTaints.length === 0) return undefined;
    const taint = node.hardTaints.find((one) => !isTolerated(one, pod.spec.tolerations));
    return taint && [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`];
  },
};
