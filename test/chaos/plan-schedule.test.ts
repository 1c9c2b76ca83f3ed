import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultKinds, planSchedule } from './plan-schedule.ts';

const options = { durationMs: 60_000, servers: 3, leaseMs: 2_000, everyMs: 1_000 };

test('a seed repeats its schedule, another seed has another', () => {
  fc.assert(fc.property(fc.integer(), fc.integer(), (one, other) => {
    fc.pre(one >>> 0 !== other >>> 0);
    const schedule = planSchedule({ ...options, seed: one });
    expect(planSchedule({ ...options, seed: one })).toEqual(schedule);
    expect(planSchedule({ ...options, seed: other })).not.toEqual(schedule);
  }));
});

test('every kind comes up equally often, in order of time, and a frozen leader outsleeps its lease', () => {
  fc.assert(fc.property(fc.integer(), (seed) => {
    const schedule = planSchedule({ ...options, seed });
    const counts = faultKinds.map((kind) => schedule.filter((fault) => fault.kind === kind).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(schedule.map(({ atMs }) => atMs)).toEqual(schedule.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(schedule.every(({ kind, forMs }) => kind !== 'freeze-leader' || forMs > options.leaseMs)).toBe(true);
    expect(schedule.every(({ server, atMs }) => server < 3 && atMs < options.durationMs)).toBe(true);
  }));
});
