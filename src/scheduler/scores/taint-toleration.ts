import { tolerates } from '../../kinds/pod/tolerations.ts';
import type { Score } from './score.ts';

/** Prefers nodes with fewer PreferNoSchedule taints that the Pod does not tolerate. */
export const taintToleration: Score = {
  scope: 'node',
  weight: 3,
  normalize: 'least-is-best',
  prepare: ({ pod }) => ({ softTaints }) => (softTaints.length === 0 ? 0 : softTaints.filter((taint) => !tolerates(pod.spec.tolerations, taint)).length),
};
