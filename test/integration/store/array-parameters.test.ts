import fc from 'fast-check';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { arrayText, betweenBodies } from '../../../src/store/array-parameters.ts';
import { database } from './support.ts';

const orNull = <T>(values: fc.Arbitrary<T>) => fc.array(fc.option(values), { maxLength: 8 });
const arrays = fc.record({
  texts: orNull(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))),
  integers: orNull(fc.integer()),
  bigints: orNull(fc.maxSafeInteger()),
  booleans: fc.array(fc.boolean(), { maxLength: 8 }),
  chars: fc.array(fc.constantFrom('c', 'u', 'd', 'x'), { maxLength: 8 }),
  bodies: fc.array(fc.option(fc.json()), { minLength: 2, maxLength: 8 }),
});

test('PostgreSQL reads the same arrays, empty ones and nulls too', async () => {
  const sql = postgres(await database(), { max: 1, fetch_types: false });
  try {
    await fc.assert(fc.asyncProperty(arrays, async ({ texts, integers, bigints, booleans, chars, bodies }) => {
      const sent = [texts, integers, bigints, booleans, chars].map(arrayText);
      const [read] = await sql`
        SELECT to_json(${sent[0]!}::text[]) AS texts, to_json(${sent[1]!}::integer[]) AS integers, to_json(${sent[2]!}::bigint[]) AS bigints, to_json(${sent[3]!}::boolean[]) AS booleans,
               to_json(${sent[4]!}::"char"[]) AS chars, to_json(string_to_array(${bodies.map((body) => body ?? '').join(betweenBodies)}, ${betweenBodies}, '')) AS bodies`;
      expect(read).toEqual({ texts, integers, bigints, booleans, chars, bodies });
    }));
  } finally {
    await sql.end();
  }
});
