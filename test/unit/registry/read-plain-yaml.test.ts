import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { CreateNodeOptions, DocumentOptions, ParseOptions, SchemaOptions, ToStringOptions } from 'yaml';
import { readDocuments, readYaml } from '../../../src/registry/manifests/read-documents.ts';
import { readPlainYaml } from '../../../src/registry/manifests/read-plain-yaml.ts';

const odd = ['yes', 'no', 'on', 'Off', 'y', 'true', 'True', 'FALSE', 'null', 'Null', '~', '', '0', '007', '0o17', '017', '0x1F', '0x', '0b11', '1_000', '1.', '.5', '+1', '-0', '1e3', '1E400', '.inf', '-.Inf',
  '.nan', '12:30:45', '2026-01-01', '2026-01-01T00:00:00Z', '123456789012345678', '1.0', '<<', '=', '---', '...', '- a', 'a: b', 'a #b', '#c', '@x', '`x`', '%x', '&x', '*x', '!x', '|', '>', '{}', '[]', '"', "'", ' x ',
  'x\ny', 'x\n\n y\n', '\t', 'é', '\u{1F600}', '\u0085', '\u2028', '80/TCP', 'a, b', '[a]', '{a}', 'http://a:80/b?c', '__proto__'];
const scalar = fc.oneof(fc.constantFrom(...odd), fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const key = fc.oneof(fc.constantFrom(...odd), fc.constantFrom('kind', 'metadata', 'spec', 'name', 'app.kubernetes.io/name'), fc.string());
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(key, tie('value'), { maxKeys: 4 })),
}));
type Style = DocumentOptions & SchemaOptions & ParseOptions & CreateNodeOptions & ToStringOptions;
const styles: fc.Arbitrary<Style> = fc.record({
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const, 'BLOCK_LITERAL' as const, 'BLOCK_FOLDED' as const), collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
  indentSeq: fc.boolean(), indent: fc.constantFrom(1, 2, 4), lineWidth: fc.constantFrom(0, 20, 80),
});
/** Pieces that make texts of YAML, mostly wrong ones. */
const pieces = fc.array(fc.oneof(fc.constantFrom(...odd, 'kind', 'name', ': ', ':', '- ', '\n', '\n  ', '\n    ', ' ', '? ', '{', '}', '[', ']', ', ', '---\n', '...\n', '"', "'", '|\n  ', '>-\n  ', '# x\n'), fc.string({ maxLength: 3 })), { maxLength: 14 });

const agree = (text: string): boolean => {
  if (readPlainYaml(text) === undefined) return false;
  expect({ text, ...readDocuments(text) }).toEqual({ text, ...readYaml(text) });
  return true;
};

describe('plain YAML', () => {
  it('is read as the yaml package reads it, in every style, whatever the scalars', () => {
    fc.assert(fc.property(fc.array(value, { maxLength: 3 }), styles, (documents, style) => void agree(documents.map((document) => stringify({ kind: document }, style)).join('---\n'))), { numRuns: 500 });
  });

  it('is read so as one scalar, and as one key, too', () => {
    for (const text of odd) for (const form of [`a: ${text}`, `${text}: a`, `- ${text}`, `{a: ${text}}`, `{${text}: a}`, `[${text}]`, `a: "${text}"`, `'${text}': a`, `"${text}": a`, `a:\n- ${text}: b\n  c: ${text}`]) agree(form);
  });

  it('is never read where the yaml package sees a fault, or otherwise', () => {
    fc.assert(fc.property(pieces, (parts) => void agree(parts.join(''))), { numRuns: 2_000 });
  });

  it('takes the manifests that people write', () => {
    for (const name of ['hello', 'settings', 'shared-volume', 'broken-image']) expect(agree(readFileSync(`examples/${name}.yaml`, 'utf8'))).toBe(true);
  });
});
