import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { kindFacts } from '../../../src/model/object.ts';
import type { KindName } from '../../../src/model/object.ts';
import { inputsOf } from '../../support/arbitraries/inputs.ts';
import { damagedText, damagedValue } from './damage.ts';
import { post } from './fuzz-input.ts';
import type { FuzzInput } from './fuzz-input.ts';

const pieces = ['---\n', '&a ', '*a', '!!binary x', '!!js/function "x"', '<<: *a\n', '? ', '- ', ': ', '\t', '\u0000', '"', '|\n  ', '%YAML 9.9\n', '[', ']', '{', '}', '#', '~', '.nan', '0o17', '2024-02-30', 'apiVersion: v1\n', 'kind: Pod\n', 'kind: Nothing\n', 'metadata:\n', '  name: x\n', 'spec: *a\n'];
const noise = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 10 }));

const bomb = fc.integer({ min: 2, max: 12 }).map((levels) => `a0: &a0 [x, x, x]\n${Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`).join('\n')}\n`);
const deep = fc.constantFrom(50, 2_000).map((depth) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: ${'{a: '.repeat(depth)}1${'}'.repeat(depth)}\n`);

const damagedObject = fc.constantFrom(...(Object.keys(kindFacts) as KindName[])).chain((kind) => inputsOf(kind).chain((input) =>
  damagedValue({ apiVersion: kindFacts[kind].apiVersion, kind, ...input }).chain((value) => {
    const text = typeof value === 'object' && value !== null ? stringify(value, { aliasDuplicateObjects: false }) : String(value);
    return fc.oneof(fc.constant(text), fc.constant(JSON.stringify(value)), damagedText(text, noise));
  })));

const text = fc.oneof({ arbitrary: damagedObject, weight: 4 }, fc.array(noise, { maxLength: 25 }).map((all) => all.join('')), bomb, deep);

/** Manifests that break YAML's or our rules. Some run without `dryRun`; they end with an object that can't be. */
export const fuzzManifests: fc.Arbitrary<FuzzInput> = fc.tuple(text, fc.boolean(), fc.array(text, { maxLength: 2 })).map(([first, dryRun, more]) => post({
  query: 'mutation($manifests: String!, $dryRun: Boolean) { applyManifests(manifests: $manifests, dryRun: $dryRun) { revision results { action kind name } } }',
  variables: { dryRun, manifests: dryRun ? [first, ...more].join('\n---\n') : `apiVersion: v1\nkind: Nonsense\nmetadata: {name: never}\n---\n${[first, ...more].join('\n---\n')}` },
}));
