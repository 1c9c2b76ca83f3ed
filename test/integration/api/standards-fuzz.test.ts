import { expect, test } from 'vitest';
import { readStateOf } from '../../fuzz/read-state.ts';
import { runFuzz } from '../../fuzz/run-fuzz.ts';
import { startTestApi } from './support.ts';

test('10,000 malformed inputs meet clear errors and change nothing; of mutations, only what was acknowledged happened', { timeout: 600_000 }, async () => {
  await using api = await startTestApi({ limits: { operationsPerSecond: 0 } });
  const seed = Math.floor(Math.random() * 2 ** 31);
  await using state = await readStateOf(api.databaseUrl);
  const { problems, changes } = await runFuzz({ target: { url: api.url, token: api.admin }, readState: () => state.read(), inputs: 10_000, seed });
  expect(problems.map(({ sort, problem, input, replay }) => `${sort}: ${problem}\n${JSON.stringify(input).slice(0, 2_000)}\n${replay ?? 'only among others'}`), `seed ${seed}`).toEqual([]);
  expect(changes, `seed ${seed}`).toBeGreaterThan(50);
  expect(api.logged.filter((line) => line.includes('fault of the server')), `seed ${seed}`).toEqual([]);
});
