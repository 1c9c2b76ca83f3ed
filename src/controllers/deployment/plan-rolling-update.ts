import type { Bounds, CountedSet } from './counted-set.ts';
import { placesOf, surelyAvailable, total } from './counted-set.ts';

/** Where a Deployment stands in its rollout. */
export interface Rollout {
  /** Pods that the Deployment wants. */
  readonly desired: number;
  readonly bounds: Bounds;
  /** The ReplicaSet of the current template; undefined before it is made. */
  readonly next: CountedSet | undefined;
  /** All others, the oldest first. */
  readonly previous: readonly CountedSet[];
}

/** The size of every ReplicaSet from now on, by name; the new one's apart, because it may not exist yet. */
export interface Sizes {
  readonly next: number;
  readonly previous: ReadonlyMap<string, number>;
}

/**
 * The next step of a rolling update: the new ReplicaSet grows into the places that are free below the ceiling, while the old ones shrink as far as the
 * Pods that are available now allow. Both can happen at once, because each holds its bound by itself: Pods never exceed the ceiling (a Pod about to be deleted
 * keeps its place), and no deletion takes the available ones below the floor.
 */
export function planRollingUpdate(rollout: Rollout): Sizes {
  const { desired, bounds, next, previous } = rollout;
  const all = next ? [next, ...previous] : previous;
  const free = Math.max(0, bounds.ceiling - total(all, placesOf));
  const grown = Math.max(next?.wanted ?? 0, Math.min(desired, (next?.wanted ?? 0) + free));
  const cleaned = dropUnready(previous, total(previous, (set) => set.wanted) + (next?.available ?? 0) - bounds.floor);
  let spare = (next ? surelyAvailable(next, next.wanted) : 0) - bounds.floor + previous.reduce((sum, set, index) => sum + surelyAvailable(set, cleaned[index] ?? 0), 0);
  const sizes = new Map<string, number>();
  for (const [index, set] of previous.entries()) {
    const size = cleaned[index] ?? 0;
    const given = Math.max(0, Math.min(size, spare));
    spare -= given;
    sizes.set(set.replicaSet.metadata.name, size - given);
  }
  return { next: next && grown > desired ? shrinkToDesired(next, desired, spare) : grown, previous: sizes };
}

/**
 * Shrinks old sets by Pods that are not ready: they only take places. At most `atMost` in all, so that old Pods which are briefly unwell are kept as long as
 * they might be needed to reach the floor again.
 */
function dropUnready(previous: readonly CountedSet[], atMost: number): readonly number[] {
  let left = Math.max(0, atMost);
  return previous.map((set) => {
    const losesNothing = set.available === 0 ? set.wanted : Math.max(0, set.wanted - set.ready);
    const dropped = Math.min(losesNothing, left);
    left -= dropped;
    return set.wanted - dropped;
  });
}

/** A new ReplicaSet larger than what is wanted now gives up Pods that are not ready, and others as far as they can be spared. */
function shrinkToDesired(next: CountedSet, desired: number, spare: number): number {
  return Math.max(desired, Math.min(next.wanted, Math.max(desired, next.ready)) - Math.max(0, spare));
}
