import { tolerates } from '../../kinds/pod/tolerations.ts';
import type { Filter } from './filter.ts';

/** A node with a NoSchedule or NoExecute taint takes only Pods that tolerate it. A node that is not ready has such a taint. */
export const taintToleration: Filter = {
  scope: 'node',
  retriedOn: ['node-taints-changed'],
  prepare: ({ pod: { spec: { tolerations } } }) => ({
    accepts: ({ hardTaints }) => hardTaints.every((taint) => tolerates(tolerations, taint)),
    explain: ({ hardTaints }) => {
      const taint = hardTaints.find((one) => !tolerates(tolerations, one));
      return [`node(s) had untolerated taint {${taint?.key}: ${taint?.value ?? ''}}`];
    },
  }),
};
