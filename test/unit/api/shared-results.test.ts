import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { SharedResults } from '../../../src/api/watch/shared-results.ts';
import { sharingKey } from '../../../src/api/websocket/sharing-key.ts';

const admin = { identity: { type: 'admin', name: 'a' } } as const;
const nodeOne = { identity: { type: 'node', name: 'one' } } as const;

function keyFor(text: string, variables: Readonly<Record<string, unknown>>, context: typeof admin | typeof nodeOne = admin): string {
  const document = parse(text);
  return sharingKey({ document, text, hash: text, compilable: true, minRevisions: [] }, document.definitions[0] as OperationDefinitionNode, { variables }, context);
}

test('equal members share one text, for which work is done once, and with one id the very bytes; unequal ones and lone ones do not', async () => {
  const shared = new SharedResults();
  const [one, two, three, other] = [shared.join('k', '"1"'), shared.join('k', '"1"'), shared.join('k', '"2"'), shared.join('else', '"1"')];
  const event = {};
  let made = 0;
  const make = () => Promise.resolve(`"text ${++made}"`);
  const textOf = (frame: Buffer) => JSON.parse(frame.toString('utf8', 2)) as unknown;
  const next = (id: string, payload: string) => ({ id, type: 'next', payload });
  const [first, second, third, fourth, fifth] = await Promise.all([one.frame(event, make), two.frame(event, make), three.frame(event, make), other.frame(event, make), one.frame({}, make)]);
  expect(second).toBe(first);
  expect([first, third, fourth, fifth].map(textOf)).toEqual([next('1', 'text 1'), next('2', 'text 1'), next('1', 'text 2'), next('1', 'text 3')]);
  expect([shared.takeCounts(), shared.takeCounts()]).toEqual([{ executed: 3, shared: 2 }, { executed: 0, shared: 0 }]);
  expect(one.frame(event, make)).toBe(first);
  for (const member of [two, two, three, three]) member.leave();
  const later = {};
  expect(textOf(await one.frame(later, make))).toEqual(next('1', 'text 4'));
  expect(textOf(await shared.join('k', '"1"').frame(later, make))).toEqual(next('1', 'text 5'));
});

test('what shapes a result keeps subscriptions apart; what only chooses events does not', () => {
  const watch = 'subscription($after: Revision, $with: Int) { pods(afterRevision: $after) { type object { events(first: $with) { totalCount } } } }';
  const key = keyFor(watch, { after: 1, with: 2 });
  expect(keyFor(watch, { after: 7, with: 2 })).toBe(key);
  expect(keyFor(watch, { after: 1, with: 3 })).not.toBe(key);
  expect(keyFor(watch, { after: 1, with: 2 }, nodeOne)).not.toBe(key);
  expect(keyFor(`${watch} `, { after: 1, with: 2 })).not.toBe(key);
  const spread = 'subscription($with: Int) { ...all } fragment all on Subscription { pods(limit: $with) { type } }';
  expect(keyFor(spread, { with: 1 })).not.toBe(keyFor(spread, { with: 2 }));
});
