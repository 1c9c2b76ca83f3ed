import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';
import { SharedResults } from '../../../src/api/watch/shared-results.ts';
import { sharingKey } from '../../../src/api/websocket/sharing-key.ts';

const admin = { identity: { type: 'admin', name: 'a' } } as const;
const nodeOne = { identity: { type: 'node', name: 'one' } } as const;

function keyFor(text: string, variables: Readonly<Record<string, unknown>>, context: typeof admin | typeof nodeOne = admin): string {
  const document = parse(text);
  return sharingKey({ document, hash: text, compilable: true, minRevisions: [] }, document.definitions[0] as OperationDefinitionNode, { variables }, context);
}

test('equal members share one text, for which work is done once; unequal ones and lone ones do not', async () => {
  const sources: string[] = [];
  const shared = new SharedResults((source) => sources.push(source));
  const [one, two, other] = [shared.join('k'), shared.join('k'), shared.join('else')];
  const event = {};
  let made = 0;
  const make = () => Promise.resolve(`text ${++made}`);
  expect(await Promise.all([one.text(event, make), two.text(event, make), other.text(event, make), one.text({}, make)])).toEqual(['text 1', 'text 1', 'text 2', 'text 3']);
  expect(sources).toEqual(['executed', 'shared', 'executed', 'executed']);
  two.leave();
  two.leave();
  const later = {};
  expect(await one.text(later, make)).toBe('text 4');
  expect(await shared.join('k').text(later, make)).toBe('text 5');
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
