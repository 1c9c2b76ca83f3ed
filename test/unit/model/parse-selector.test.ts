import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/model/errors.ts';
import { formatSelector, parseSelector } from '../../../src/model/selector.ts';

describe('parseSelector', () => {
  it.each([
    ['', ''], ['  ', ''],
    ['app=web', 'app=web'], ['app==web', 'app=web'], ['app!=web', 'app!=web'], ['app=', 'app='], ['app=,tier=b', 'app=,tier=b'],
    [' app = web , tier != x ', 'app=web,tier!=x'],
    ['tier in (a,b)', 'tier in (a,b)'], ['tier in(a, a)', 'tier=a'], ['tier notin ( a , b )', 'tier notin (a,b)'], ['tier in (a,)', 'tier in (a,)'],
    ['app', 'app'], ['!app', '!app'], ['! app', '!app'], ['example.com/team,!x', 'example.com/team,!x'],
    ['in in (in)', 'in=in'], ['notin', 'notin'],
  ])('reads %j as %j', (text, canonical) => {
    expect(formatSelector(parseSelector(text))).toBe(canonical);
  });

  it.each([
    ['app=web,', 9, 'a label key'],
    [',app', 1, 'a label key'],
    ['a b', 3, '"=", "==", "!=", "in", "notin"'],
    ['app in web', 8, '"("'],
    ['app in ()', 9, 'at least one value'],
    ['app in (a', 10, '"," or ")"'],
    ['app in (a b)', 11, '"," or ")"'],
    ['app==a==b', 7, '"," or the end'],
    ['!app=a', 5, '"," or the end'],
    ['app=a b', 7, '"," or the end'],
    ['-app=a', 1, 'start and end with a letter or digit'],
    ['a/b/c=a', 1, 'more than one "/"'],
    ['app=-a', 5, 'label value'],
    ['app=a||b', 5, 'label value'],
    ['app<3', 1, 'label key'],
  ])('refuses %j at character %d and says what would be right', (text, position, expected) => {
    expect(() => parseSelector(text)).toThrow(`at character ${position} `);
    expect(() => parseSelector(text)).toThrow(expected);
  });

  it('throws INVALID with the path it was given', () => {
    try {
      parseSelector('a b', 'where.labels');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ApiError);
      expect(error).toMatchObject({ code: 'INVALID', details: { fields: [{ path: 'where.labels' }] } });
    }
  });

  it('either reads or refuses any text, and nothing else', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'in', 'notin', ' ', '=', '!', '(', ')', ',', '/', '-', '\n', 'é'), maxLength: 12 }), (text) => {
      try {
        const selector = parseSelector(text);
        expect(parseSelector(formatSelector(selector))).toEqual(selector);
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
      }
    }), { numRuns: 500 });
  });
});
