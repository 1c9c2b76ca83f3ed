import { Agent } from 'node:http';
import * as fc from 'fast-check';
import type { Store } from '../../src/store/store.ts';
import { problemOf } from './check-outcome.ts';
import { fuzzInputs } from './inputs/index.ts';
import type { FuzzInput } from './inputs/fuzz-input.ts';
import { sendInput } from './send-input.ts';
import type { FuzzTarget } from './send-input.ts';

/** How to try a server. */
export interface FuzzOptions {
  readonly target: FuzzTarget;
  readonly store: Pick<Store, 'snapshot'>;
  /** How many inputs, over all sorts. */
  readonly inputs: number;
  /** The same seed makes the same inputs. */
  readonly seed: number;
  readonly onProgress?: (sent: number) => void;
}

/** What was found wrong. */
export interface FuzzProblem {
  readonly sort: string;
  readonly problem: string;
  readonly input: FuzzInput;
}

const atOnce = 24;
const batch = 500;
const mostProblems = 10;
const answerWithinMs = 30_000;

/** Sends malformed inputs of every sort in turn and returns what is wrong with the answers; stops after ten problems, or where one changed the store. */
export async function runFuzz({ target, store, inputs, seed, onProgress }: FuzzOptions): Promise<readonly FuzzProblem[]> {
  const problems: FuzzProblem[] = [];
  const sorts = Object.entries(fuzzInputs);
  const revision = store.snapshot().revision;
  for (let sent = 0, round = 0; sent < inputs && problems.length < mostProblems; round += 1) {
    const [sort, arbitrary] = sorts[round % sorts.length] as (typeof sorts)[number];
    const queue = fc.sample(arbitrary, { numRuns: Math.min(batch, inputs - sent), seed: seed + round });
    sent += queue.length;
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce }); // anew, for the server closes what is idle while inputs are made
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let input = queue.pop(); input; input = queue.pop()) {
        const problem = await tryInput(input, target, agent);
        if (problem) problems.push({ sort, problem, input });
      }
    }));
    agent.destroy();
    if (store.snapshot().revision !== revision) {
      problems.push({ sort, problem: `one of round ${round} changed the store`, input: { via: 'websocket', messages: [] } });
      break;
    }
    onProgress?.(sent);
  }
  return problems;
}

async function tryInput(input: FuzzInput, target: FuzzTarget, agent: Agent): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<string>((resolve) => { timer = setTimeout(() => resolve(`no answer within ${answerWithinMs} ms`), answerWithinMs); });
  try {
    return await Promise.race([sendInput(input, target, agent).then((outcome) => problemOf(input, outcome)), silence]);
  } catch (error) {
    return `the connection failed: ${String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
