import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { acknowledged, problemOfChanges } from '../../fuzz/check-changes.ts';
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
const still = async () => ({ revision: 1, beside: '' });

test('what is found is made smaller, and can be sent again by itself', async () => {
  await using target = await startFaulty();
  const { problems } = await runFuzz({ target, readState: still, inputs: 100, seed: 1 });
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
  const readState = async () => ({ revision: sent++ < 1 ? 1 : 2 + Math.floor(sent / 9), beside: '' });
  const { problems: [problem, ...others] } = await runFuzz({ target, readState, inputs: 20, seed: 1 });
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ problem: expect.stringMatching(/changed the store and told nobody, from revision \d+ to \d+/), replay: expect.stringMatching(/^documents:1:\d+$/) });
});

test('a change is explained by its acknowledgement and by nothing else', () => {
  const answer = (text: string) => acknowledged({ code: 200, texts: [text] });
  expect([answer('{"data":{"result":{"revision":"7"}}}\n'), answer('{"errors":[{}],"data":{"a":{"revision":"7"},"b":null}}'), answer('{"errors":[{}],"data":null}'), answer('{"data":{"revision":"7"}}'), answer('')]).toEqual([[7], [7], [], [], []]);
  const at = (revision: number, beside = 'a') => ({ revision, beside });
  expect(problemOfChanges(at(5), at(5), new Set())).toBeUndefined();
  expect(problemOfChanges(at(5), at(7), new Set([6, 7]))).toBeUndefined();
  expect(problemOfChanges(at(5), at(7), new Set([7]))).toMatch(/told nobody, from revision 5 to 7: 6$/);
  expect(problemOfChanges(at(5), at(5, 'b'), new Set())).toMatch(/tokens, leases or audit entries/);
  expect(problemOfChanges(at(5), at(4), new Set())).toMatch(/went back/);
});

test('a replay that names nothing is refused', async () => {
  await using target = await startFaulty();
  await expect(replayFuzz('nothing', target)).rejects.toThrow('nothing: SORT:SEED:PATH, with one of documents, ');
});
