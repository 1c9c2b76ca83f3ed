import { describe, expect, test } from 'vitest';
import { checkHistory } from './check-history.ts';
import type { History, Intent, LogEntry, Operation, Outcome, Received } from './history.ts';

const key = (name: string): string => `ConfigMap/chaos/${name}`;
const entry = (revision: number, type: LogEntry['type'], name: string, value: string, ordinal = 0): LogEntry => ({ revision, ordinal, key: key(name), type, value, actor: 'admin' });
const leading = (revision: number, actor = 'controller:deployment'): LogEntry => ({ revision, ordinal: 0, key: 'Namespace//kube-system', type: revision === 1 ? 'ADDED' : 'MODIFIED', actor });
const operation = (id: string, startedAt: number, outcome: Outcome, ...intents: readonly Intent[]): Operation => ({ id, startedAt, endedAt: startedAt + 1, intents, outcome });
const done = (revision: number): Outcome => ({ type: 'acknowledged', revision });
const unknown: Outcome = { type: 'unknown', code: 'UNAVAILABLE' };
const refused: Outcome = { type: 'refused', code: 'CONFLICT' };

const log: readonly LogEntry[] = [
  { ...leading(1), actor: 'bootstrap' },
  entry(2, 'ADDED', 'a', 'one'), entry(3, 'ADDED', 'b', 'two'), entry(4, 'MODIFIED', 'a', 'three'), entry(4, 'DELETED', 'b', 'two', 1), entry(5, 'ADDED', 'c', 'four'),
];
const operations: readonly Operation[] = [
  operation('one', 1, done(2), { type: 'create', key: key('a') }),
  operation('two', 3, unknown, { type: 'create', key: key('b') }),
  operation('three', 5, done(4), { type: 'update', key: key('a'), expected: 2 }, { type: 'delete', key: key('b'), expected: 3 }),
  operation('four', 7, done(5), { type: 'apply', key: key('c') }),
  operation('never', 9, refused, { type: 'update', key: key('a'), expected: 2 }),
  operation('perhaps', 11, unknown, { type: 'create', key: key('d') }),
];
const change = (revision: number, type: LogEntry['type'], name: string, value: string): Received => ({ type, revision, key: key(name), value });
const fromThree: readonly Received[] = [
  change(3, 'ADDED', 'a', 'one'), change(3, 'ADDED', 'b', 'two'), { type: 'BOOKMARK', revision: 3 },
  change(4, 'MODIFIED', 'a', 'three'), change(4, 'DELETED', 'b', 'two'), { type: 'BOOKMARK', revision: 4 }, change(5, 'ADDED', 'c', 'four'), { type: 'BOOKMARK', revision: 6 },
];
const good: History = {
  scope: 'ConfigMap/chaos/', log, logAtEnd: log, operations, subscribers: [{ name: 's', received: fromThree }], writers: [],
  states: [{ server: 'x', revision: 5, values: new Map([[key('a'), 'three'], [key('c'), 'four']]) }],
};
const rules = (history: Partial<History>): readonly string[] => [...new Set(checkHistory({ ...good, ...history, logAtEnd: history.logAtEnd ?? history.log ?? log }).map(({ rule }) => rule))];
const subscribed = (received: readonly Received[]): readonly string[] => rules({ subscribers: [{ name: 's', received }] });
const without = <T>(list: readonly T[], at: number): readonly T[] => list.toSpliced(at, 1);

test('nothing is wrong with a good history', () => expect(checkHistory(good)).toEqual([]));

describe('operations', () => {
  const asked = (at: number, next: Partial<Operation>): Partial<History> => ({ operations: operations.with(at, { ...operations[at]!, ...next }) });
  test('an acknowledged one that the log does not hold is lost', () =>
    expect(rules({ operations: [...operations, operation('lost', 13, done(9), { type: 'create', key: key('z') })] })).toEqual(['lost']));
  test('one acknowledged at another revision than its own', () => expect(rules(asked(3, { outcome: done(4) }))).toContain('lost'));
  test('a refused one that was written', () => expect(rules(asked(3, { outcome: refused }))).toEqual(['refused']));
  test('half of a change set', () => expect(rules({ log: without(log, 4), subscribers: [], states: [] })).toEqual(['torn']));
  test('half of a change set of unknown outcome', () => expect(rules({ ...asked(2, { outcome: unknown }), log: without(log, 4), subscribers: [], states: [] })).toEqual(['torn']));
  test('one that took effect twice', () => expect(rules({ log: [...log, entry(6, 'ADDED', 'd', 'four')], subscribers: [], states: [] })).toContain('repeated'));
  test('a change that nobody asked for', () => expect(rules({ log: [...log, entry(6, 'MODIFIED', 'c', 'five')], subscribers: [], states: [] })).toEqual(['invented']));
  test('a deletion that nobody asked for', () => expect(rules({ log: [...log, entry(6, 'DELETED', 'c', 'four')], subscribers: [], states: [] })).toEqual(['invented']));
  test('a deletion of unknown outcome explains one', () => expect(rules({
    log: [...log, entry(6, 'DELETED', 'c', 'four')], subscribers: [], states: [], operations: [...operations, operation('gone', 13, unknown, { type: 'delete', key: key('c'), expected: 5 })],
  })).toEqual([]));
  test('a precondition that did not hold', () => expect(rules(asked(2, { intents: [{ type: 'update', key: key('a'), expected: 1 }, operations[2]!.intents[1]!] }))).toEqual(['precondition']));
  test('an order that clients saw otherwise', () => expect(rules(asked(3, { startedAt: -5, endedAt: -4 }))).toEqual(['order']));
});

describe('the log', () => {
  test('a revision left out', () => expect(rules({ log: [...log, { ...leading(7), actor: 'events' }], subscribers: [] })).toEqual(['log']));
  test('a revision twice', () => expect(rules({ log: [...log, { ...leading(5), actor: 'events' }], subscribers: [] })).toEqual(['log']));
  test('a revision that appears below one that was read', () => expect(rules({ log: without(log, 5), logAtEnd: log, operations: operations.slice(0, 3), subscribers: [], states: [] })).toEqual(['log']));
  test('a change that is another at the end', () => expect(rules({ log, logAtEnd: log.with(5, entry(5, 'ADDED', 'c', 'else')) })).toEqual(['log']));
  test('a beginning that was pruned', () => expect(rules({ logAtEnd: log.slice(2) })).toEqual([]));
  test('an object added twice', () => expect(rules({ log: [...log, { ...leading(6), type: 'ADDED' }] })).toEqual(['log']));
});

describe('subscribers', () => {
  test('a change left out', () => expect(subscribed(without(fromThree, 3))).toEqual(['subscription']));
  test('a change left out across a reconnect, hidden by a bookmark', () => expect(subscribed([...fromThree.slice(0, 3), { type: 'BOOKMARK', revision: 4 }, ...fromThree.slice(6)])).toEqual(['subscription']));
  test('a change twice', () => expect(subscribed(fromThree.toSpliced(5, 0, fromThree[3]!))).toEqual(['subscription']));
  test('two changes in another order', () => expect(subscribed([...fromThree.slice(0, 3), fromThree[4]!, fromThree[3]!, ...fromThree.slice(5)])).toEqual(['subscription']));
  test('a change with other content', () => expect(subscribed(fromThree.with(3, change(4, 'MODIFIED', 'a', 'else')))).toEqual(['subscription']));
  test('an object left out at the beginning', () => expect(subscribed(without(fromThree, 1))).toEqual(['subscription']));
  test('the end left out', () => expect(subscribed(fromThree.slice(0, 6))).toEqual(['subscription']));
  test('a restart from an older state', () => expect(subscribed([...fromThree, { type: 'RESTART' }, ...fromThree])).toEqual(['subscription']));
  test('a restart from a newer state is right', () => expect(subscribed([
    ...fromThree.slice(0, 4), { type: 'RESTART' }, change(5, 'ADDED', 'a', 'three'), { type: 'RESTART' }, change(5, 'ADDED', 'a', 'three'), change(5, 'ADDED', 'c', 'four'), { type: 'BOOKMARK', revision: 5 },
  ])).toEqual([]));
});

test('a server that answers otherwise than the log', () => expect(rules({ states: [{ server: 'x', revision: 4, values: good.states[0]!.values }] })).toEqual(['state']));

describe('leaders', () => {
  const led: readonly LogEntry[] = [{ ...leading(1), actor: 'bootstrap' }, leading(2, 'leader:kube-controller-manager'), leading(3), leading(4, 'leader:kube-controller-manager'), leading(5)];
  const found = (lastWriter: string): readonly string[] => checkHistory({
    ...good, log: led, logAtEnd: led, operations: [], subscribers: [], states: [], writers: [{ server: 'x', after: 0, upTo: 3 }, { server: 'y', after: 3, upTo: 4 }, { server: lastWriter, after: 4, upTo: 5 }],
  }).map(({ rule }) => rule);
  test('one at a time', () => expect(found('y')).toEqual([]));
  test('one that changes something after another began', () => expect(found('x')).toEqual(['fence']));
  test('another lease is another office', () => expect(checkHistory({
    ...good, logAtEnd: led.with(4, leading(5, 'controller:scheduler')), log: led.with(4, leading(5, 'controller:scheduler')), operations: [], subscribers: [], states: [], writers: [{ server: 'x', after: 0, upTo: 3 }, { server: 'y', after: 3, upTo: 4 }, { server: 'x', after: 4, upTo: 5 }],
  })).toEqual([]));
});
