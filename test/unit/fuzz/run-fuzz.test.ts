import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { replayFuzz, runFuzz } from '../../fuzz/run-fuzz.ts';

/** Fails for every document with a fragment in it, and takes all others. */
async function startFaulty() {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => { body += text; }).on('end', () => response.writeHead(body.includes('fragment') ? 500 : 200).end('{}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, token: 't', [Symbol.asyncDispose]: async () => void server.close() };
}
const still = { snapshot: () => ({ revision: 1 }) } as unknown as Parameters<typeof runFuzz>[0]['store'];

test('what is found is made smaller, and can be sent again by itself', async () => {
  await using target = await startFaulty();
  const problems = await runFuzz({ target, store: still, inputs: 100, seed: 1 });
  expect(problems.length).toBeGreaterThan(0);
  const bodyOf = (problem: (typeof problems)[number]) => (problem.input.via === 'http' ? problem.input.body : '');
  for (const problem of problems) {
    expect(problem).toMatchObject({ sort: 'documents', problem: expect.stringContaining('ended with 500') });
    expect(bodyOf(problem)).toContain('fragment');
    expect(await replayFuzz(problem.replay!, target)).toEqual(problem);
  }
  expect(Math.min(...problems.map((problem) => bodyOf(problem).length))).toBeLessThan(250);
});

test('an input that changed the store is found among the others', async () => {
  await using target = await startFaulty();
  let sent = 0;
  const store = { snapshot: () => ({ revision: sent++ < 1 ? 1 : 2 + Math.floor(sent / 9) }) } as unknown as Parameters<typeof runFuzz>[0]['store'];
  const [problem, ...others] = await runFuzz({ target, store, inputs: 20, seed: 1 });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ problem: expect.stringMatching(/changed the store, from revision \d+ to \d+/), replay: expect.stringMatching(/^documents:1:\d+$/) });
});

test('a replay that names nothing is refused', async () => {
  await using target = await startFaulty();
  await expect(replayFuzz('nothing', target)).rejects.toThrow('nothing: SORT:SEED:PATH, with one of documents, ');
});
