import * as fc from 'fast-check';

/** Values that often trip code: edges of numbers, NUL, lone surrogates, names of Object.prototype, deep and long things. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 1e308, -0, 2 ** 31, 2 ** 53, '\u0000', 'a\u0000b', '\ud800', '\u202e', '__proto__', 'constructor', 'toString', [], {}, [null], [[]], true, 'x'.repeat(300), '9'.repeat(400), '-5', '1e999', '5Gi', '../..', '0x10', '2024-02-30T00:00:00Z'),
  fc.constantFrom(30, 500).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
);

const oddKey = fc.oneof(fc.constantFrom('', 'spec', 'metadata', 'labels', 'constructor', 'toString', 'hasOwnProperty', '\u0000', 'a/b/c', 'x'.repeat(400)), fc.string({ unit: 'binary', maxLength: 10 }));

/** A copy in which up to three places are replaced, removed or joined by something that doesn't belong. */
export function damagedValue(value: unknown): fc.Arbitrary<unknown> {
  const one = fc.record({ at: fc.array(fc.nat(20), { maxLength: 8 }), how: fc.constantFrom('replace', 'remove', 'add'), key: oddKey, odd: oddValue });
  return fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => all.reduce<unknown>((current, { at, how, key, odd }) => damageAt(current, at, how, key, odd), value));
}

function damageAt(value: unknown, [step, ...rest]: readonly number[], how: string, key: string, odd: unknown): unknown {
  if (typeof value !== 'object' || value === null || step === undefined) return how === 'add' && typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, [key]: odd } : odd;
  const entries = Object.entries(value);
  const chosen = entries[step % Math.max(1, entries.length)];
  if (!chosen) return how === 'remove' ? undefined : odd;
  const [name, inner] = chosen;
  const next = rest.length === 0 && how === 'remove' ? undefined : damageAt(inner, rest, how, key, odd);
  return Array.isArray(value) ? value.map((item: unknown, index) => (String(index) === name ? next : item)) : { ...value, [name]: next };
}

/** A copy in which pieces are cut out, doubled, moved or replaced by noise. */
export function damagedText(text: string, noise: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const one = fc.record({ from: fc.nat(text.length), length: fc.nat(40), how: fc.constantFrom('cut', 'double', 'noise'), noise });
  return fc.array(one, { minLength: 1, maxLength: 4 }).map((all) => all.reduce((current, { from, length, how, noise: piece }) => {
    const start = from % Math.max(1, current.length), taken = current.slice(start, start + length);
    return current.slice(0, start) + (how === 'cut' ? '' : how === 'double' ? taken + taken : piece) + current.slice(start + (how === 'noise' ? 0 : length));
  }, text));
}
