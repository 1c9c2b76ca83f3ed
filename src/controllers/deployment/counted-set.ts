import type { Deployment, Pod, ReplicaSet } from '../../model/object.ts';
import { scaledValue } from '../../model/int-or-string.ts';
import { isPodActive, isPodAvailable, isPodReady } from '../../kinds/pod/pod-state.ts';

/** A ReplicaSet of a Deployment with its Pods, counted at one moment. */
export interface CountedSet {
  readonly replicaSet: ReplicaSet;
  /** `spec.replicas`. */
  readonly wanted: number;
  /** Pods that neither ended nor are being deleted. */
  readonly active: number;
  readonly ready: number;
  readonly available: number;
  /** Pods that did not end, those being deleted included. */
  readonly present: number;
}

/** How far a rolling update may go. */
export interface Bounds {
  /** The most Pods at any moment. */
  readonly ceiling: number;
  /** The fewest available Pods at any moment. */
  readonly floor: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Counts the Pods of a ReplicaSet; available means ready for the Deployment's `minReadySeconds`. */
export function countSet(replicaSet: ReplicaSet, pods: readonly Pod[], minReadySeconds: number, nowMs: number): CountedSet {
  const active = pods.filter(isPodActive);
  return {
    replicaSet,
    wanted: replicaSet.spec.replicas,
    active: active.length,
    ready: active.filter(isPodReady).length,
    available: active.filter((pod) => isPodAvailable(pod, minReadySeconds, nowMs)).length,
    present: pods.filter((pod) => pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed').length,
  };
}

/** The bounds of a Deployment now: surge rounds up, unavailable rounds down, and both zero means one may be unavailable. Recreate may miss all. */
export function boundsOf(deployment: Deployment): Bounds {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return { ceiling: replicas, floor: 0, maxSurge: 0, maxUnavailable: replicas };
  const maxSurge = scaledValue(strategy.rollingUpdate?.maxSurge ?? '25%', replicas, 'up');
  const unavailable = scaledValue(strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas, 'down');
  const maxUnavailable = Math.min(replicas, maxSurge === 0 && unavailable === 0 ? 1 : unavailable);
  return { ceiling: replicas === 0 ? 0 : replicas + maxSurge, floor: replicas - maxUnavailable, maxSurge, maxUnavailable };
}

/** The places that a set takes: a Pod that exists still takes one while its ReplicaSet is about to delete it. */
export function placesOf(set: CountedSet): number {
  return Math.max(set.wanted, set.active);
}

/**
 * How many Pods of a set are certainly still available once it has shrunk to `size`, whichever ready ones it picks: those that are not ready always go first.
 */
export function surelyAvailable(set: CountedSet, size: number): number {
  return Math.max(0, set.available - Math.max(0, set.ready - size));
}

/** Sum over sets. */
export function total(sets: readonly CountedSet[], count: (set: CountedSet) => number): number {
  return sets.reduce((sum, set) => sum + count(set), 0);
}
