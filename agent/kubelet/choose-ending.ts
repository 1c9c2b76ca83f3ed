import type { Pod } from '../../src/model/object.ts';
import { isPodTerminal } from '../../src/kinds/pod/pod-state.ts';
import type { ObservedPod } from '../runtime/runtime.ts';
import type { Ending } from './pod-facts.ts';

/** What is known of the end of a Pod besides its object. Moments are this node's own: clocks of other machines are not trusted. */
export interface EndingClues {
  /** When the deletion was first seen here, by this agent or the one before it. */
  readonly deletionSeenAtMs: number | undefined;
  /** When the object was found to be no more. */
  readonly goneAtMs: number | undefined;
  /** That it took more than it may. */
  readonly eviction?: Eviction | undefined;
}

/** Why and since when a Pod must leave although nobody deleted it. */
export interface Eviction {
  readonly message: string;
  readonly sinceMs: number;
}

/** What an evicted Pod gets before it is killed. */
const evictionGraceMs = 1000;

/** Whether and how a Pod must end, or when that has to be asked again. */
export function chooseEnding(pod: Pod | undefined, observed: ObservedPod | undefined, clues: EndingClues, nowMs: number): { readonly ending?: Ending; readonly wakeAtMs?: number } {
  const graceSeconds = pod?.metadata.deletionGracePeriodSeconds ?? pod?.spec.terminationGracePeriodSeconds ?? longestGrace(observed);
  const { deletionSeenAtMs, goneAtMs, eviction } = clues;
  if (goneAtMs !== undefined) return { ending: { why: 'gone', sinceMs: deletionSeenAtMs ?? goneAtMs, graceMs: graceSeconds * 1000 } };
  if (pod?.metadata.deletionTimestamp !== undefined) return { ending: { why: 'deleted', sinceMs: deletionSeenAtMs ?? nowMs, graceMs: graceSeconds * 1000 } };
  if (pod && eviction && !isPodTerminal(pod)) return { ending: { why: 'evicted', ...eviction, graceMs: evictionGraceMs } };
  const { activeDeadlineSeconds } = pod?.spec ?? {};
  if (!pod || activeDeadlineSeconds === undefined || !pod.status.startTime || isPodTerminal(pod)) return {};
  const deadlineMs = Date.parse(pod.status.startTime) + activeDeadlineSeconds * 1000;
  if (nowMs < deadlineMs) return { wakeAtMs: deadlineMs };
  return { ending: { why: 'deadline', sinceMs: deadlineMs, graceMs: pod.spec.terminationGracePeriodSeconds * 1000 } };
}

/** The grace that containers carry themselves, for Pods that nobody knows any more. */
function longestGrace(observed: ObservedPod | undefined): number {
  return Math.max(0, ...(observed?.containers ?? []).map((container) => container.graceSeconds));
}
