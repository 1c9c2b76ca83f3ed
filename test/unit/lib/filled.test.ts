import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filled } from '../../../src/lib/filled.ts';
import { withoutUndefined } from '../../../src/lib/without-undefined.ts';

const fields = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'c', 'constructor', '__proto__'), fc.string()), fc.option(fc.integer(), { nil: undefined }));

test('is the input with the fields over it, without what is undefined', () => {
  fc.assert(fc.property(fields, fields.map(({ ...own }) => { delete own['__proto__']; return own; }), (input, given) => {
    const both = withoutUndefined({ ...input, ...given });
    expect(filled(input, given)).toEqual(both);
    expect(Object.keys(filled(input, given)).sort()).toEqual(Object.keys(both).sort());
  }));
});
