import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBands, chooseOffset, portBands } from '../../../src/registry/admission/bands.ts';
import { formatAddress, parseAddress, parseRange } from '../../../src/registry/admission/ipv4.ts';

describe('bands', () => {
  it('keep what Kubernetes keeps for explicit choices', () => {
    expect(portBands(2768)).toEqual({ staticEnd: 86, size: 2768 });
    expect(addressBands(65_536).staticEnd).toBe(256);
    expect(addressBands(256)).toEqual({ staticEnd: 16, size: 254 });
    expect(addressBands(16).staticEnd).toBe(0);
  });

  it('hand out everything once: the upper band first, then the lower, then nothing', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 300, maxLength: 300 }), (size, starts) => {
      const bands = portBands(size), taken = new Set<number>();
      for (let i = 0; i < size; i += 1) {
        const offset = chooseOffset(bands, starts[i] ?? 0, (each) => !taken.has(each));
        expect(offset).toBeGreaterThanOrEqual(i < size - bands.staticEnd ? bands.staticEnd : 0);
        expect(offset).toBeLessThan(size);
        taken.add(offset ?? -1);
      }
      expect(taken.size).toBe(size);
      expect(chooseOffset(bands, 0, (each) => !taken.has(each))).toBeUndefined();
    }));
  });
});

describe('IPv4', () => {
  it('addresses survive text', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (address) => {
      expect(parseAddress(formatAddress(address))).toBe(address);
    }));
    for (const text of ['', '1.2.3', '1.2.3.256', '01.2.3.4', 'a.b.c.d', '1.2.3.4.5']) expect(parseAddress(text)).toBeUndefined();
  });

  it('ranges start where their prefix says', () => {
    expect(parseRange('10.96.0.0/16')).toEqual({ first: 0x0a600000, size: 65_536 });
    for (const text of ['10.96.0.1/16', '10.96.0.0', '10.96.0.0/33', '/16', '10.96.0.0/16/1']) expect(parseRange(text)).toBeUndefined();
  });
});
