import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameValue } from '../../../src/lib/same-value.ts';
import { withoutUndefined } from '../../../src/lib/without-undefined.ts';

it('agrees with the comparison of Node on JSON, in any order of fields', () => {
  fc.assert(fc.property(fc.json(), fc.json(), (one, other) => {
    const [left, right] = [JSON.parse(one) as unknown, JSON.parse(other) as unknown];
    expect(sameValue(left, right)).toBe(isDeepStrictEqual(left, right));
    expect(sameValue(left, JSON.parse(one))).toBe(true);
  }));
  expect(sameValue({ a: 1, b: { c: [2] } }, { b: { c: [2] }, a: 1 })).toBe(true);
});

it('takes an undefined field for an absent one, both ways, and nothing else', () => {
  expect(sameValue({ a: undefined }, {})).toBe(true);
  expect(sameValue({}, { a: undefined })).toBe(true);
  expect(sameValue({ a: null }, {})).toBe(false);
  expect(sameValue({ a: undefined, b: 1 }, { b: 2 })).toBe(false);
  expect(sameValue([undefined], [])).toBe(false);
  expect(sameValue([], {})).toBe(false);
  expect(sameValue({}, { toString: 1 })).toBe(false);
  expect(sameValue({ toString: undefined }, {})).toBe(true);
});

it('leaves undefined fields out', () => {
  expect(withoutUndefined({ a: undefined, b: null, c: { d: undefined } })).toStrictEqual({ b: null, c: { d: undefined } });
});
