import { tolerates } from '../../kinds/pod/tolerations.ts';
import type { Filter } from './filter.ts';

const cordon = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** A cordoned node takes only Pods that tolerate being on one. */
export const nodeUnschedulable: Filter = {
  scope: 'node',
  retriedOn: ['node-unschedulable-changed'],
  prepare: ({ pod }) => {
    if (tolerates(pod.spec.tolerations, cordon)) return undefined;
    return { accepts: ({ isUnschedulable }) => !isUnschedulable, explain: () => ['node(s) were unschedulable'] };
  },
};
