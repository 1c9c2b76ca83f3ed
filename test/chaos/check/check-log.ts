import type { LogEntry, Violation } from '../history.ts';

/** Revisions rise by one with each change set, ordinals by one within it; an object is added, changed, deleted, in that order. The log must begin with the first revision. */
export function checkLog(log: readonly LogEntry[]): readonly Violation[] {
  const violations: Violation[] = [];
  const living = new Map<string, string | undefined>();
  let before: Pick<LogEntry, 'revision' | 'ordinal'> = { revision: 0, ordinal: 0 };
  for (const entry of log) {
    const { revision, ordinal, key, type } = entry;
    const follows = revision === before.revision ? ordinal === before.ordinal + 1 : revision === before.revision + 1 && ordinal === 0;
    if (!follows) violations.push({ rule: 'log', message: `${revision}.${ordinal} follows ${before.revision}.${before.ordinal}` });
    if ((type === 'ADDED') === living.has(key)) violations.push({ rule: 'log', message: `${revision}: ${key} is ${type} while it is ${living.has(key) ? 'there' : 'not there'}` });
    if (type === 'DELETED' && living.has(key) && living.get(key) !== entry.value) violations.push({ rule: 'log', message: `${revision}: ${key} is deleted as ${entry.value} but was ${living.get(key)}` });
    if (type === 'DELETED') living.delete(key);
    else living.set(key, entry.value);
    before = entry;
  }
  return violations;
}

/** Nothing appears in a stretch of the log that was read already, and nothing in it changes. */
export function checkLogAtEnd(log: readonly LogEntry[], atEnd: readonly LogEntry[]): readonly Violation[] {
  const [first] = atEnd;
  const read = first ? log.slice(Math.max(0, log.findIndex(({ revision }) => revision >= first.revision))) : [];
  const at = Array.from({ length: Math.max(read.length, atEnd.length) }, (_, index) => index).find((index) => JSON.stringify(read[index]) !== JSON.stringify(atEnd[index]));
  if (at === undefined) return [];
  const place = ({ revision, ordinal, key, type }: LogEntry): string => `${revision}.${ordinal} ${type} ${key}`;
  const [found, wanted] = [read[at], atEnd[at]].map((entry) => (entry ? place(entry) : 'nothing'));
  return [{ rule: 'log', message: `what was read while the log grew, ${found}, is ${wanted} at the end` }];
}
