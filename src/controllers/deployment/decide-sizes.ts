import type { Deployment } from '../../model/object.ts';
import { total } from './counted-set.ts';
import { planRecreate } from './plan-recreate.ts';
import { planRollingUpdate } from './plan-rolling-update.ts';
import type { Rollout, Sizes } from './plan-rolling-update.ts';
import { isScaling, planScale } from './plan-scale.ts';

/** How large every ReplicaSet is to be. */
export interface Decision {
  /** By name; a ReplicaSet that is not named stays as it is. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Make the ReplicaSet of the current template, of this size. */
  readonly create?: number | undefined;
}

/** Chooses the way: scaling alone while paused, scaling before anything else during a rolling update, and otherwise the strategy's next step. */
export function decideSizes(deployment: Deployment, rollout: Rollout): Decision {
  const isRolling = deployment.spec.strategy.type === 'RollingUpdate';
  if (deployment.spec.paused) {
    const isMidway = [...rollout.previous, ...(rollout.next ? [rollout.next] : [])].filter((set) => set.wanted > 0).length > 1;
    return { sizes: (isMidway && !isScaling(rollout) ? undefined : planScale(rollout, isRolling)) ?? new Map() };
  }
  if (!isRolling) return decisionOf(planRecreate(rollout), rollout, total(rollout.previous, (set) => set.wanted + set.present) === 0);
  if (isScaling(rollout)) return { sizes: planScale(rollout, isRolling) ?? new Map() };
  return decisionOf(planRollingUpdate(rollout), rollout, true);
}

function decisionOf(sizes: Sizes, rollout: Rollout, mayCreate: boolean): Decision {
  if (rollout.next) return { sizes: new Map([...sizes.previous, [rollout.next.replicaSet.metadata.name, sizes.next]]) };
  return { sizes: sizes.previous, create: mayCreate ? sizes.next : undefined };
}
