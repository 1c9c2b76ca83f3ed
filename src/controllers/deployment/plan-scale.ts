import { desiredAnnotation, maxAnnotation, numberIn } from './annotations.ts';
import { placesOf, surelyAvailable, total } from './counted-set.ts';
import type { CountedSet } from './counted-set.ts';
import type { Rollout } from './plan-rolling-update.ts';

/** Whether the Deployment was scaled since its ReplicaSets were sized. */
export function isScaling(rollout: Rollout): boolean {
  return setsOf(rollout).some((set) => set.wanted > 0 && (numberIn(set.replicaSet.metadata.annotations[desiredAnnotation]) ?? rollout.desired) !== rollout.desired);
}

/**
 * New sizes by name after the Deployment was scaled. One active ReplicaSet (or none) gets all. In the middle of a rollout each gets its share by size, the
 * remainder goes to the largest; then sizes are moved between them as far as the floor of available Pods demands. Undefined: wait until Pods that
 * are about to be deleted are gone, because their places count.
 */
export function planScale(rollout: Rollout, isRolling: boolean): ReadonlyMap<string, number> | undefined {
  const { desired, next, previous } = rollout;
  const active = setsOf(rollout).filter((set) => set.wanted > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? next ?? previous.at(-1) : undefined;
  const isEarly = setsOf(rollout).some((set) => placesOf(set) > set.wanted);
  if (only) return desired > only.wanted && isEarly ? undefined : new Map([[only.replicaSet.metadata.name, desired]]);
  if (active.length === 0 || !isRolling) return new Map();
  if (next && isSaturated(next, desired)) return new Map(previous.map((set) => [set.replicaSet.metadata.name, 0]));
  const toAdd = rollout.bounds.ceiling - total(active, (set) => set.wanted);
  if (toAdd > 0 && isEarly) return undefined;
  const shares = proportional(rollout, active, toAdd);
  return new Map(keepFloor(active, shares, rollout.bounds.floor).map((size, index) => [active[index]?.replicaSet.metadata.name ?? '', size]));
}

function setsOf(rollout: Rollout): readonly CountedSet[] {
  return rollout.next ? [...rollout.previous, rollout.next] : rollout.previous;
}

/** The rollout was over and only old Pods are left to remove. */
function isSaturated(next: CountedSet, desired: number): boolean {
  return next.wanted === desired && next.available === desired && numberIn(next.replicaSet.metadata.annotations[desiredAnnotation]) === desired;
}

/** Every set's new size, in the order of `active` (oldest first). */
function proportional(rollout: Rollout, active: readonly CountedSet[], toAdd: number): readonly number[] {
  const sizes = active.map((set) => set.wanted);
  if (toAdd === 0) return sizes;
  // Ties: growing favours the newer set, shrinking takes from the older first.
  const order = [...active.keys()].toSorted((one, other) => (sizes[other] ?? 0) - (sizes[one] ?? 0) || (toAdd > 0 ? other - one : one - other));
  let left = toAdd;
  for (const index of order) {
    const set = active[index];
    if (!set) continue;
    const share = shareOf(set, rollout);
    const added = toAdd > 0 ? Math.min(Math.max(share, 0), left) : Math.max(Math.min(share, 0), left);
    sizes[index] = set.wanted + added;
    left -= added;
  }
  const largest = order[0] ?? 0;
  sizes[largest] = Math.max(0, (sizes[largest] ?? 0) + left);
  return sizes;
}

/** By how much a set changes if it keeps its share of the whole. */
function shareOf(set: CountedSet, rollout: Rollout): number {
  if (rollout.desired === 0) return -set.wanted;
  const before = numberIn(set.replicaSet.metadata.annotations[maxAnnotation]) ?? total(setsOf(rollout), (one) => one.wanted);
  return before === 0 ? 0 : Math.round((set.wanted * rollout.bounds.ceiling) / before) - set.wanted;
}

/** Moves places from sets whose Pods are not available to sets that would lose available ones, until the floor holds or nothing can be moved. */
function keepFloor(active: readonly CountedSet[], shares: readonly number[], floor: number): readonly number[] {
  const sizes = [...shares];
  const kept = (): number => active.reduce((sum, set, index) => sum + surelyAvailable(set, sizes[index] ?? 0), 0);
  for (let lacking = floor - kept(); lacking > 0; lacking = floor - kept()) {
    const poor = active.findIndex((set, index) => surelyAvailable(set, sizes[index] ?? 0) < surelyAvailable(set, set.wanted));
    const rich = active.findIndex((set, index) => index !== poor && (sizes[index] ?? 0) > 0 && surelyAvailable(set, (sizes[index] ?? 0) - 1) === surelyAvailable(set, sizes[index] ?? 0));
    if (poor < 0 || rich < 0) break;
    sizes[poor] = (sizes[poor] ?? 0) + 1;
    sizes[rich] = (sizes[rich] ?? 0) - 1;
  }
  return sizes;
}
