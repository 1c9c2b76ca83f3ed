import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime } from '../../../src/lib/clock.ts';
import { conditionOf, isConditionTrue, withCondition, withoutCondition } from '../../../src/model/conditions.ts';
import type { ConditionUpdate } from '../../../src/model/conditions.ts';
import type { Condition } from '../../../src/model/object.ts';

const update: fc.Arbitrary<ConditionUpdate> = fc.record({
  type: fc.constantFrom('Ready', 'Available', 'Progressing'), status: fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const), reason: fc.constantFrom('A', 'B'), message: fc.constantFrom('', 'x'),
});

describe('withCondition', () => {
  it('moves the time of the last transition exactly when the status changes', () => {
    fc.assert(fc.property(fc.array(update, { maxLength: 8 }), (updates) => {
      let list: readonly Condition[] = [];
      updates.forEach((next, nowMs) => {
        const before = conditionOf(list, next.type);
        list = withCondition(list, next, nowMs);
        const time = before?.status === next.status ? before.lastTransitionTime : formatTime(nowMs);
        expect(conditionOf(list, next.type)).toEqual({ ...next, lastTransitionTime: time });
      });
      expect(new Set(list.map((condition) => condition.type)).size).toBe(list.length);
    }));
  });

  it('returns the same list where nothing changes', () => {
    fc.assert(fc.property(fc.array(update, { maxLength: 5 }), update, (updates, last) => {
      const list = [...updates, last].reduce<readonly Condition[]>((all, next) => withCondition(all, next, 1), []);
      expect(withCondition(list, last, 2)).toBe(list);
    }));
  });

  it('keeps the other conditions and their order', () => {
    const list = withCondition(withCondition([], { type: 'A', status: 'True' }, 0), { type: 'B', status: 'True' }, 0);
    const next = withCondition(list, { type: 'A', status: 'False' }, 5);
    expect(next.map(({ type, status }) => [type, status])).toEqual([['A', 'False'], ['B', 'True']]);
    expect(next[1]).toBe(list[1]);
  });
});

it('tells what is known of a condition', () => {
  const list = withCondition([], { type: 'Ready', status: 'Unknown' }, 0);
  expect(isConditionTrue(list, 'Ready')).toBe(false);
  expect(isConditionTrue(undefined, 'Ready')).toBe(false);
  expect(withoutCondition(list, 'Ready')).toEqual([]);
  expect(withoutCondition(list, 'Other')).toBe(list);
});
