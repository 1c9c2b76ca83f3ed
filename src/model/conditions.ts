import { formatTime } from '../lib/clock.ts';
import type { Condition } from './object.ts';

/** What a writer says of a condition; the time of the last transition follows from the history. */
export type ConditionUpdate = Omit<Condition, 'lastTransitionTime'>;

/** The condition of a type, or undefined where none was observed. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether a condition is known and has status True. */
export function isConditionTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}

/**
 * The list with one condition set in its place, or at the end where it is new. lastTransitionTime moves to `nowMs` only where the status changes.
 * Returns the same list where nothing changes, so that a caller can tell that there is nothing to write.
 */
export function withCondition(conditions: readonly Condition[], update: ConditionUpdate, nowMs: number): readonly Condition[] {
  const previous = conditionOf(conditions, update.type);
  const keepsTime = previous?.status === update.status && previous.lastTransitionTime !== undefined;
  const next: Condition = { ...update, lastTransitionTime: keepsTime ? previous.lastTransitionTime : formatTime(nowMs) };
  if (previous === undefined) return [...conditions, next];
  if (sameCondition(previous, next)) return conditions;
  return conditions.map((condition) => (condition.type === update.type ? next : condition));
}

/** The list without a condition; the same list where it has none. */
export function withoutCondition(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditionOf(conditions, type) === undefined ? conditions : conditions.filter((condition) => condition.type !== type);
}

function sameCondition(one: Condition, other: Condition): boolean {
  const fields = ['status', 'reason', 'message', 'lastTransitionTime', 'lastUpdateTime', 'lastHeartbeatTime', 'observedGeneration'] as const;
  return fields.every((field) => one[field] === other[field]);
}
