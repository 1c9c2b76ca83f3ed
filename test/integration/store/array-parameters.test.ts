import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { bigintArray, booleanArray, charArray, integerArray, textArray } from '../../../src/store/array-parameters.ts';
import { database } from './support.ts';

const orNull = <T>(values: fc.Arbitrary<T>) => fc.array(fc.option(values), { maxLength: 8 });
const row = fc.record({
  texts: orNull(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))),
  integers: orNull(fc.integer()),
  bigints: orNull(fc.maxSafeInteger()),
  booleans: fc.array(fc.boolean(), { maxLength: 8 }),
  chars: fc.array(fc.constantFrom('c', 'u', 'd', 'x'), { maxLength: 8 }),
});

test('PostgreSQL reads the same arrays, empty ones and nulls too', async () => {
  const client = new pg.Client({ connectionString: await database() });
  await client.connect();
  try {
    await fc.assert(fc.asyncProperty(row, async (sent) => {
      const { rows } = await client.query(
        'SELECT to_json($1::text[]) AS texts, to_json($2::integer[]) AS integers, to_json($3::bigint[]) AS bigints, to_json($4::boolean[]) AS booleans, to_json($5::"char"[]) AS chars',
        [textArray(sent.texts), integerArray(sent.integers), bigintArray(sent.bigints), booleanArray(sent.booleans), charArray(sent.chars)]);
      expect(rows).toEqual([sent]);
    }));
  } finally {
    await client.end();
  }
});
