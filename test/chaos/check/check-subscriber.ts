import type { LogEntry, Received, Subscriber, Violation } from '../history.ts';
import { differences, valuesAt } from './model.ts';

/**
 * A subscriber is given the state at one revision, then exactly the log's changes from there on, in the log's order, to its end. A BOOKMARK tells
 * that nothing up to its revision is missing. After a RESTART it begins again, never at an older revision.
 */
export function checkSubscriber({ name, received }: Subscriber, scoped: readonly LogEntry[]): readonly Violation[] {
  const violations: string[] = [];
  const places = new Map(scoped.map((entry, at) => [`${entry.revision} ${entry.key}`, at]));
  /** Undefined until the initial state is complete. */
  let next: number | undefined;
  let initial = new Map<string, string>();
  let newest = 0;
  const begin = (revision: number): void => {
    violations.push(...differences(valuesAt(scoped, revision), initial).map((difference) => `began at ${revision}: ${difference}`));
    if (revision < newest) violations.push(`began again at ${revision}, before ${newest} which it had seen`);
    next = firstAfter(scoped, revision);
  };
  const take = (change: Exclude<Received, { type: 'BOOKMARK' | 'RESTART' }>, at: number): number => {
    const wanted = scoped[at];
    if (wanted && same(wanted, change)) return at + 1;
    const place = places.get(`${change.revision} ${change.key}`);
    const text = `${change.type} ${change.key} ${change.value} at ${change.revision}`;
    if (place === undefined || !same(scoped[place]!, change)) violations.push(`was given ${text}, which the log does not hold`);
    else if (place < at) violations.push(`was given ${text} again or out of order`);
    else violations.push(`was given ${text} without the ${place - at} changes from ${wanted?.revision} on before it`);
    return place === undefined ? at : Math.max(at, place + 1);
  };
  for (const step of received) {
    if (step.type === 'RESTART') {
      next = undefined;
      initial = new Map();
    } else if (step.type === 'BOOKMARK') {
      if (next === undefined) begin(step.revision);
      else if (next < scoped.length && scoped[next]!.revision <= step.revision) {
        violations.push(`was told that all up to ${step.revision} was given, without what is from ${scoped[next]!.revision} on`);
        next = firstAfter(scoped, step.revision);
      }
      newest = Math.max(newest, step.revision);
    } else if (next === undefined) {
      initial.set(step.key, step.value);
    } else {
      next = take(step, next);
      newest = Math.max(newest, step.revision);
    }
  }
  if (next === undefined) violations.push('was never told that the initial state was complete');
  else if (next < scoped.length) violations.push(`was not given the last ${scoped.length - next} changes, from ${scoped[next]!.revision} on`);
  return violations.map((message) => ({ rule: 'subscription', message: `${name} ${message}` }));
}

function same(entry: LogEntry, change: Exclude<Received, { type: 'BOOKMARK' | 'RESTART' }>): boolean {
  return entry.revision === change.revision && entry.key === change.key && entry.type === change.type && entry.value === change.value;
}

function firstAfter(scoped: readonly LogEntry[], revision: number): number {
  const at = scoped.findIndex((entry) => entry.revision > revision);
  return at < 0 ? scoped.length : at;
}
