import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withNull, withoutNull } from '../../../src/api/objects/plain-input.ts';

/** As graphql gives it: objects without a prototype among others, null and undefined anywhere. */
const inputs = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, undefined), fc.string(), fc.integer(), fc.boolean(), fc.array(tie('value')), fc.dictionary(fc.string(), tie('value'), { noNullPrototype: false })),
})).value;

/** What the rest of the code wants, said in another way. */
const plain = (value: unknown, keepNull: boolean): unknown => {
  if (Array.isArray(value)) return value.map((item) => plain(item, keepNull));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key, item]) => key !== '__proto__' && item !== undefined && (keepNull || item !== null)).map(([key, item]) => [key, plain(item, keepNull)]));
};

describe.each([['withoutNull', withoutNull, false], ['withNull', withNull, true]] as const)('%s', (_name, make, keepNull) => {
  test('gives plain objects all the way down, and leaves out what means nothing', () => {
    fc.assert(fc.property(inputs, (input) => { expect(make(input)).toStrictEqual(plain(input, keepNull)); }));
  }, 60_000);

  test('what is plain already is not copied', () => {
    fc.assert(fc.property(inputs, (input) => {
      const made = make(input);
      expect(make(made)).toBe(made);
    }));
  }, 60_000);

  test('a part in which nothing is left out stays the very same beside one that changes, and the input stays as it was', () => {
    fc.assert(fc.property(inputs.filter((input) => input !== null && input !== undefined), (input) => {
      const kept = make(input), given = { gone: undefined, kept };
      expect((make(given) as typeof given).kept).toBe(kept);
      expect(given).toStrictEqual({ gone: undefined, kept });
    }));
  }, 60_000);
});
