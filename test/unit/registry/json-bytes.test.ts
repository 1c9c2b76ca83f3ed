import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonBytesAtMost } from '../../../src/registry/json-bytes.ts';

it('never says less than the text takes', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), fc.string({ unit: 'binary' }), (value, text) => {
    const both = { value, text, [text]: [text, undefined, -Number.MAX_VALUE] };
    expect(jsonBytesAtMost(both)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(both)));
  }));
});
