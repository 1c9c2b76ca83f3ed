import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSelector, matchesLabelSelector, matchesMap, matchesSelector, parseSelector, selectorOf, selectorOfMap } from '../../../src/model/selector.ts';
import type { Requirement, Selector } from '../../../src/model/selector.ts';

const key = fc.constantFrom('app', 'tier', 'example.com/team', 'in', 'notin');
const value = fc.constantFrom('', 'a', 'b', 'v1.2', 'in');
const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In' as const, 'NotIn' as const), values: fc.uniqueArray(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const), values: fc.constant([]) }),
);
const selector: fc.Arbitrary<Selector> = fc.array(requirement, { maxLength: 4 });
const labels = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });

/** The rules as the sentences of the documentation say them, one by one. */
function holdsNaively({ key: name, operator, values }: Requirement, object: Readonly<Record<string, string>>): boolean {
  const has = Object.keys(object).includes(name);
  const isOne = has && values.some((wanted) => wanted === object[name]);
  return { In: isOne, NotIn: !isOne, Exists: has, DoesNotExist: !has }[operator];
}

describe('matchesSelector', () => {
  it('agrees with the sentences', () => {
    fc.assert(fc.property(selector, labels, (wanted, object) => {
      expect(matchesSelector(wanted, object)).toBe(wanted.every((one) => holdsNaively(one, object)));
    }));
  });

  it('lets != and notin match objects without the key', () => {
    expect(matchesSelector(parseSelector('tier!=front'), {})).toBe(true);
    expect(matchesSelector(parseSelector('tier notin (front)'), { app: 'web' })).toBe(true);
    expect(matchesSelector(parseSelector('tier!=front'), { tier: 'front' })).toBe(false);
  });

  it('does not take inherited properties for labels', () => {
    expect(matchesSelector(parseSelector('constructor'), {})).toBe(false);
    expect(matchesMap({ toString: 'x' }, {})).toBe(false);
  });
});

describe('matchesLabelSelector', () => {
  it('matches everything when empty and nothing when absent', () => {
    expect(matchesLabelSelector({}, { app: 'web' })).toBe(true);
    expect(matchesLabelSelector(undefined, { app: 'web' })).toBe(false);
    expect(selectorOf(undefined)).toBeUndefined();
  });

  it('wants matchLabels and matchExpressions', () => {
    fc.assert(fc.property(labels, selector, labels, (matchLabels, matchExpressions, object) => {
      const wanted = { matchLabels, matchExpressions };
      const expected = matchesMap(matchLabels, object) && matchesSelector(matchExpressions, object);
      expect(matchesLabelSelector(wanted, object)).toBe(expected);
      expect(matchesSelector(selectorOf(wanted) ?? [], object)).toBe(expected);
    }));
  });

  it('reads an equality map as requirements', () => {
    fc.assert(fc.property(labels, labels, (map, object) => {
      expect(matchesSelector(selectorOfMap(map), object)).toBe(matchesMap(map, object));
    }));
  });
});

describe('formatSelector', () => {
  it('is read back to the same requirements', () => {
    fc.assert(fc.property(selector, (wanted) => {
      expect(parseSelector(formatSelector(wanted))).toEqual(wanted);
    }));
  });
});
