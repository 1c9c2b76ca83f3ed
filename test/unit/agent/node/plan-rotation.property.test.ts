import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planRotation } from '../../../../agent/node/plan-rotation.ts';

const issued = fc.record({ id: fc.constant('i'), atMs: fc.integer({ min: 0, max: 1e12 }), lifeMs: fc.integer({ min: 1, max: 1e11 }), isConfirmed: fc.boolean() })
  .map(({ lifeMs, ...one }) => ({ ...one, expiresAtMs: one.atMs + lifeMs }));

it('a credential without an end is changed at once', () => {
  expect(planRotation({ issued: undefined }, 0)).toEqual({ type: 'rotate' });
});

it('what is not confirmed is confirmed first; after that it is changed once four fifths of its life are over, and always before its end', () => {
  fc.assert(fc.property(issued, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
    const now = one.atMs + (one.expiresAtMs - one.atMs) * share;
    const step = planRotation({ issued: one }, now);
    if (!one.isConfirmed) expect(step).toEqual({ type: 'confirm', id: 'i' });
    else if (step.type === 'wait') {
      expect(share).toBeLessThan(0.801);
      expect(step.ms).toBeGreaterThan(0);
      expect(step.ms).toBeLessThanOrEqual(3_600_000);
      expect(Math.floor(now + step.ms)).toBeLessThanOrEqual(one.expiresAtMs);
    } else {
      expect(step.type).toBe('rotate');
      expect((now - one.atMs) / (one.expiresAtMs - one.atMs)).toBeGreaterThan(0.799);
    }
  }));
});
