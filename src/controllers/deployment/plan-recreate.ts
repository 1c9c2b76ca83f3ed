import { total } from './counted-set.ts';
import type { Rollout, Sizes } from './plan-rolling-update.ts';

/** The next step of a Recreate: all old Pods go, and only when the last of them is gone (not merely on its way) the new ones come. */
export function planRecreate(rollout: Rollout): Sizes {
  const { desired, next, previous } = rollout;
  const gone = new Map(previous.map((set) => [set.replicaSet.metadata.name, 0]));
  const waits = total(previous, (set) => set.wanted + set.present) > 0;
  return { next: waits ? next?.wanted ?? 0 : desired, previous: gone };
}
