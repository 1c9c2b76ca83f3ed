import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addQuantities, canonicalQuantity, compareQuantities, formatQuantity, isQuantity, milliValue, parseQuantity, readQuantity, subtractQuantities } from '../../../src/model/quantity.ts';
import { quantity, signedQuantity } from '../../support/arbitraries/quantities.ts';

describe('readQuantity', () => {
  it.each([
    ['0', '0'], ['1', '1'], ['1000', '1k'], ['1500', '1500'], ['0.5', '500m'], ['.5', '500m'], ['5.', '5'], ['+1', '1'], ['-1', '-1'], ['1000m', '1'], ['250m', '250m'],
    ['1.5Gi', '1536Mi'], ['1024Mi', '1Gi'], ['1000Mi', '1000Mi'], ['2048Ki', '2Mi'], ['0.5Ki', '512'], ['1Ki', '1Ki'], ['1023', '1023'], ['0.1Gi', '107374182400m'], ['1Ei', '1Ei'],
    ['1E', '1E'], ['1e3', '1e3'], ['1E3', '1e3'], ['12e-3', '12e-3'], ['1500e0', '1500'], ['1e4', '10e3'], ['100u', '100u'], ['1n', '1n'], ['0.1n', '1n'], ['-0.1n', '-1n'],
    ['0Mi', '0'], ['9223372036854775807', '9223372036854775807'], ['9223372036854775808', '9223372036854775807'], ['100E', '9223372036854775807'], ['0.000000000001', '1n'], ['1e9999', '9223372036854775807'],
  ])('reads %s, canonically %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it.each(['', ' 1', '1 ', '1.2.3', 'Mi', '1mi', '1KI', '1ki', '1Kib', '1e', '1e1.5', '--1', '1,5', '0x10', 'NaN', '1_000', '9'.repeat(101)])('refuses %j', (text) => {
    expect(isQuantity(text)).toBe(false);
    expect(() => readQuantity(text)).toThrow(RangeError);
  });

  it('keeps amount and family through its canonical text, which stays as it is', () => {
    fc.assert(fc.property(signedQuantity, (text) => {
      const canonical = canonicalQuantity(text);
      expect(compareQuantities(canonical, text)).toBe(0);
      expect(canonicalQuantity(canonical)).toBe(canonical);
      expect(canonical).not.toMatch(/[.+]/);
    }), { numRuns: 1000 });
  });
});

describe('compareQuantities', () => {
  it('orders as the exact amounts do', () => {
    const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
    fc.assert(fc.property(amount, amount, (one, other) => {
      const compared = compareQuantities(formatQuantity({ nanos: one, format: 'DecimalSI' }), formatQuantity({ nanos: other, format: 'BinarySI' }));
      expect(compared).toBe(one < other ? -1 : one > other ? 1 : 0);
    }));
  });

  it.each([['1', '1000m', 0], ['1Ki', '1k', 1], ['1Gi', '1G', 1], ['999m', '1', -1], ['-1', '0', -1], ['1e3', '1k', 0], ['1024Mi', '1Gi', 0]])('%s against %s is %d', (one, other, expected) => {
    expect(compareQuantities(one, other)).toBe(expected);
  });
});

describe('arithmetic', () => {
  it('adds and subtracts exactly, in any order', () => {
    const small = fc.tuple(fc.nat(1_000_000), fc.constantFrom('', 'm', 'n', 'k', 'Mi', 'Gi', 'e3')).map((parts) => parts.join(''));
    fc.assert(fc.property(small, small, (one, other) => {
      expect(compareQuantities(addQuantities(one, other), addQuantities(other, one))).toBe(0);
      expect(compareQuantities(subtractQuantities(addQuantities(one, other), other), one)).toBe(0);
    }));
  });

  it.each([['1Gi', '512Mi', '1536Mi'], ['100m', '900m', '1'], ['0.1', '0.2', '300m'], ['1', '1Ki', '1025']])('%s and %s make %s', (one, other, sum) => {
    expect(addQuantities(one, other)).toBe(sum);
  });
});

describe('as numbers', () => {
  it.each([['250m', 250, 1], ['2', 2000, 2], ['1.5', 1500, 2], ['1u', 1, 1], ['64Mi', 67_108_864_000, 67_108_864], ['-1500m', -1500, -1], ['0', 0, 0]])('%s is %d thousandths and %d whole', (text, milli, whole) => {
    expect(milliValue(text)).toBe(milli);
    expect(parseQuantity(text)).toBe(whole);
  });

  it('never falls short of the amount, by less than one', () => {
    fc.assert(fc.property(quantity.filter((text) => readQuantity(text).nanos < 10n ** 24n), (text) => {
      const { nanos } = readQuantity(text);
      const whole = BigInt(parseQuantity(text)) * 1_000_000_000n;
      expect(whole >= nanos && whole - nanos < 1_000_000_000n).toBe(true);
    }));
  });
});
