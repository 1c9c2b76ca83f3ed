import { expect, test } from 'vitest';
import { explainFailure } from '../../../../agent/host/explain-failure.ts';
import { CommandError } from '../../../../agent/host/host.ts';

const words = { what: 'Names are not answered', packages: 'iproute2', needsRoot: 'taking an address needs root' };

test.each([
  [new CommandError('ip', 'spawn ip ENOENT'), 'Names are not answered: ip: spawn ip ENOENT (install with: apt-get install iproute2)'],
  [new CommandError('ip', 'RTNETLINK answers: Operation not permitted\nmore'), 'Names are not answered: taking an address needs root (ip: RTNETLINK answers: Operation not permitted)'],
  [new Error('Error: Device or resource busy\nadd table ip'), 'Names are not answered, trying again: Error: Device or resource busy'],
  ['odd', 'Names are not answered, trying again: odd'],
])('%s', (error, line) => { expect(explainFailure(error, words)).toBe(line); });

test('a failure that leaves the old state in force says so in its own words', () => {
  expect(explainFailure(new Error('busy'), { ...words, otherwise: 'addresses could not be changed' })).toBe('addresses could not be changed, trying again: busy');
});
