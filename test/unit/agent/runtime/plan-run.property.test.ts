import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planRun } from '../../../../agent/runtime/simulated/plan-run.ts';

const folder = fc.constantFrom('', '/bin/', '/usr/local/bin/', './');
const rest = fc.array(fc.string(), { maxLength: 3 });

it('a simulated sleep runs for its seconds and succeeds, in whatever folder the program is', () => {
  fc.assert(fc.property(folder, fc.nat(1_000_000), rest, (where, ms, more) => {
    const { forMs, exitCode } = planRun([`${where}sleep`, String(ms / 1000), ...more]);
    expect(forMs).toBeCloseTo(ms, 5);
    expect(exitCode).toBe(0);
  }));
});

it('true and false end at once, one with success, whatever follows them', () => {
  fc.assert(fc.property(folder, fc.boolean(), rest, (where, isTrue, more) => {
    expect(planRun([`${where}${String(isTrue)}`, ...more])).toEqual({ forMs: 0, exitCode: isTrue ? 0 : 1 });
  }));
});

it('any other command, and a sleep without a number of seconds, runs until it is ended', () => {
  const other = rest.filter(([program = '']) => !['true', 'false', 'sleep'].includes(program.split('/').at(-1)!));
  const noNumber = fc.option(fc.constantFrom('', 'infinity', '-1', '1s', '1e3', ' 5', '0x10', '.', '1.'), { nil: undefined }).map((text) => ['sleep', ...(text === undefined ? [] : [text])]);
  fc.assert(fc.property(fc.oneof(other, noNumber), (command) => {
    expect(planRun(command)).toEqual({ forMs: undefined, exitCode: 0 });
  }));
});
