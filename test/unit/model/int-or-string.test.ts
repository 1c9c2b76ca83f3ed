import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPercent, scaledValue } from '../../../src/model/int-or-string.ts';

it.each([['25%', 10, 3, 2], ['1%', 2, 1, 0], ['0%', 10, 0, 0], ['100%', 7, 7, 7], [3, 10, 3, 3], ['150%', 2, 3, 3], ['29%', 100, 29, 29]])('%s of %d is %d rounded up and %d rounded down', (value, total, up, down) => {
  expect(scaledValue(value, total, 'up')).toBe(up);
  expect(scaledValue(value, total, 'down')).toBe(down);
});

it('rounds by less than one, and never the wrong way', () => {
  fc.assert(fc.property(fc.nat(300), fc.nat(5000), (percent, total) => {
    const [up, down] = [scaledValue(`${percent}%`, total, 'up'), scaledValue(`${percent}%`, total, 'down')];
    expect(down * 100 <= percent * total && percent * total <= up * 100).toBe(true);
    expect(up - down).toBeLessThanOrEqual(1);
  }));
});

it('knows whole percentages', () => {
  expect(isPercent('25%')).toBe(true);
  expect([25, '25', '-5%', '2.5%', '%', '25 %'].some(isPercent)).toBe(false);
});
