import type { LogEntry, State, Violation } from '../history.ts';
import { differences, valuesAt } from './model.ts';

/** Every server answers with what the log adds up to at the revision that it names. */
export function checkStates(states: readonly State[], scoped: readonly LogEntry[]): readonly Violation[] {
  return states.flatMap(({ server, revision, values }) => differences(valuesAt(scoped, revision), values)
    .map((difference): Violation => ({ rule: 'state', message: `${server} at ${revision}: ${difference}` })));
}
