import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameValue } from '../../../src/lib/same-value.ts';
import { mergePatch, withoutNulls } from '../../../src/registry/merge-patch.ts';

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value).replaceAll('"__proto__":', '"proto":')) as unknown);

describe('mergePatch', () => {
  it('follows the examples of RFC 7396 that fit', () => {
    expect(mergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } })).toEqual({ a: 'z', c: { d: 'e' } });
    expect(mergePatch({ a: [{ b: 'c' }] }, { a: [1] })).toEqual({ a: [1] });
    expect(mergePatch({}, { a: { bb: { ccc: null } } })).toEqual({ a: { bb: {} } });
  });

  it('twice is the same as once, changes neither argument, and leaves no null in fields', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json), (target, patch) => {
      const clean = withoutNulls(target), copies = JSON.stringify([clean, patch]);
      const once = mergePatch(clean, patch);
      expect(sameValue(mergePatch(once, patch), once)).toBe(true);
      expect(JSON.stringify([clean, patch])).toBe(copies);
    }));
  });

  it('with the whole object changes nothing', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), json), (target) => {
      const clean = withoutNulls(target);
      expect(sameValue(mergePatch(clean, clean), clean)).toBe(true);
    }));
  });
});
