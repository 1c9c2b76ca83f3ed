import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../../src/registry/manifests/read-json.ts';

describe('JSON manifests', () => {
  it('are read as JSON.parse reads them, with any spaces and any text in strings', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(4), (value, spaces) => {
      const text = JSON.stringify(value, undefined, spaces);
      expect(readJson(`\n ${text}\n`)).toEqual(JSON.parse(text));
    }));
  });

  it('are left to the reader of YAML when a key occurs twice, at any depth and in any spelling', () => {
    for (const text of ['{"a":1,"a":2}', '{"a":[{"b":{"c":1, "c" : 1}}]}', '{"a":1,"\\u0061":2}', '{"\\"":1,"\\"":2}']) expect(readJson(text)).toBeUndefined();
  });

  it('are left to the reader of YAML when they are something else', () => {
    for (const text of ['', 'a: 1', '[{"a":1}]', '"a"', '{"a":1', '{"a":1}\n---\n{"b":1}', '{a: 1}']) expect(readJson(text)).toBeUndefined();
  });
});
