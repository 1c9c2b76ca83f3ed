import { checkFences } from './check/check-fences.ts';
import { checkLog, checkLogAtEnd } from './check/check-log.ts';
import { checkOperations } from './check/check-operations.ts';
import { checkStates } from './check/check-states.ts';
import { checkSubscriber } from './check/check-subscriber.ts';
import type { History, Violation } from './history.ts';

/** Every promise that a history breaks; none where all is well. Pure. */
export function checkHistory(history: History): readonly Violation[] {
  const scoped = history.log.filter(({ key }) => key.startsWith(history.scope));
  return [
    ...checkLog(history.log),
    ...checkLogAtEnd(history.log, history.logAtEnd),
    ...checkOperations(history.operations, scoped),
    ...history.subscribers.flatMap((subscriber) => checkSubscriber(subscriber, scoped)),
    ...checkFences(history.log, history.writers),
    ...checkStates(history.states, scoped),
  ];
}
