import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planBatch } from '../../../src/store/change-batch.ts';
import type { PreparedSet } from '../../../src/store/change-batch.ts';

const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 });
const prepared: fc.Arbitrary<PreparedSet> = fc.record({ written: keys, required: keys, bytes: fc.nat(50) }).map((keysOfSet) => ({ ...keysOfSet, set: { writes: [], actor: 'test' }, items: [] }));
const limits = { sets: 4, bytes: 100 };

const touch = (earlier: PreparedSet, later: PreparedSet): boolean =>
  later.written.some((key) => earlier.written.includes(key) || earlier.required.includes(key)) || later.required.some((key) => earlier.written.includes(key));

test('a batch holds sets that do not touch, in order, within the limits; the rest keeps its order', () => {
  fc.assert(fc.property(fc.array(prepared, { maxLength: 12 }), (queue) => {
    const { taken, waiting } = planBatch(queue, limits);
    expect([...taken, ...waiting].sort((a, b) => queue.indexOf(a) - queue.indexOf(b))).toEqual(queue);
    for (const list of [taken, waiting]) expect(list.map((each) => queue.indexOf(each))).toEqual(list.map((each) => queue.indexOf(each)).sort((a, b) => a - b));
    for (const [at, later] of taken.entries()) for (const earlier of taken.slice(0, at)) expect(touch(earlier, later)).toBe(false);
    // Who is taken overtakes nobody that touches the same keys.
    for (const each of taken) for (const other of waiting) if (queue.indexOf(other) < queue.indexOf(each)) expect(touch(other, each)).toBe(false);
    expect(taken.length).toBeLessThanOrEqual(limits.sets);
    if (taken.length > 1) expect(taken.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(limits.bytes);
    if (queue.length > 0) expect(taken.length).toBeGreaterThan(0);
  }));
});
