import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { buildSchema, coerceInputValue, isInputObjectType, isInputType, isListType, isNonNullType } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import { expect, test } from 'vitest';
import { coercerOf, unsure } from '../../../src/registry/schema/input-coercer.ts';
import { scalars as ownScalars } from '../../../src/api/scalars/index.ts';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'), { noLocation: true });
for (const [name, definition] of Object.entries(ownScalars)) Object.assign(schema.getType(name) ?? {}, definition);
const types: readonly GraphQLInputType[] = Object.values(schema.getTypeMap()).flatMap((type) => (isInputType(type) ? [type] : []));
const scalars = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, '80', '100m', '64Mi', 'TCP', 'Always', '2026-01-01T00:00:00Z', { app: 'web' }));

/** Values of a type that are mostly right. */
function valueOf(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valueOf(type.ofType, depth);
  if (isListType(type)) return fc.oneof({ weight: 8, arbitrary: fc.array(valueOf(type.ofType, depth + 1), { maxLength: 2 }) }, { weight: 1, arbitrary: valueOf(type.ofType, depth + 1) }, { weight: 1, arbitrary: fc.constant(null) });
  if (!isInputObjectType(type)) return scalars;
  if (depth > 1) return fc.constantFrom({}, null);
  const fields = Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, valueOf(field.type, depth + 1)]));
  const required = Object.values(type.getFields()).filter(({ type: each }) => isNonNullType(each)).map(({ name }) => name);
  return fc.oneof({ weight: 12, arbitrary: fc.record(fields, { requiredKeys: required }) }, { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) }, { weight: 1, arbitrary: fc.constantFrom({ noSuchField: 1 }, [], 'text', null) });
}

function slowly(value: unknown, type: GraphQLInputType): unknown {
  let isWrong = false;
  const coerced = coerceInputValue(value, type, () => { isWrong = true; });
  return isWrong ? unsure : coerced;
}

test('what it is sure of is what graphql-js makes, for every input type of the schema; and it is sure of nothing that graphql-js refuses', () => {
  let sure = 0;
  for (const type of types) {
    fc.assert(fc.property(valueOf(type), (value) => {
      const coerced = coercerOf(type)(value), expected = slowly(value, type);
      if (coerced === unsure) return;
      sure++;
      expect(coerced).toEqual(expected);
      expect(JSON.stringify(coerced)).toBe(JSON.stringify(expected));
    }), { numRuns: 10 });
  }
  expect(sure).toBeGreaterThan(types.length / 4);
});

test('it is sure of a Pod as people make them', () => {
  const input = { metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'busybox:1', ports: [{ containerPort: 80 }], resources: { requests: { cpu: '100m' } } }] } };
  const type = schema.getType('PodInput') as GraphQLInputType;
  expect(coercerOf(type)(input)).toEqual(slowly(input, type));
  expect(coercerOf(type)({ ...input, spec: {} })).toBe(unsure);
});
