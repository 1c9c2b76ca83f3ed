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
  /** The smallest input found that shows it. */
  readonly input: FuzzInput;
  /** For `npm run fuzz -- --replay`: sends this one input. Undefined where it showed only among others. */
  readonly replay: string | undefined;
}

const atOnce = 24;
const batch = 500;
const mostProblems = 10;
const answerWithinMs = 30_000;
const shrinkWithinMs = 60_000;

/** Sends malformed inputs of every sort in turn and returns what is wrong with the answers, each with a smaller input where one is found; stops after ten problems, or where one changed the store. */
export async function runFuzz({ target, store, inputs, seed, onProgress }: FuzzOptions): Promise<readonly FuzzProblem[]> {
  const problems: FuzzProblem[] = [];
  const sorts = Object.keys(fuzzInputs);
  const revision = store.snapshot().revision;
  for (let sent = 0, round = 0; sent < inputs && problems.length < mostProblems; round += 1) {
    const sort = sorts[round % sorts.length] as string;
    const all = fc.sample(fuzzInputs[sort]!, { numRuns: Math.min(batch, inputs - sent), seed: seed + round });
    sent += all.length;
    const found = await tryAll(all, target);
    if (store.snapshot().revision !== revision) {
      problems.push(await findChanger(sort, seed + round, all, target, store));
      break;
    }
    for (const { index, problem } of found.slice(0, mostProblems - problems.length)) problems.push(await shrink({ sort, seed: seed + round, path: String(index) }, target) ?? { sort, problem, input: all[index]!, replay: undefined });
    onProgress?.(sent);
  }
  return problems;
}

/** What names one input. */
export const replayForm = `SORT:SEED:PATH, with one of ${Object.keys(fuzzInputs).join(', ')}`;

/** Whether a text names one input. */
export function isReplay(replay: string): boolean {
  const [sort = '', seed = '', ...path] = replay.split(':');
  return Object.hasOwn(fuzzInputs, sort) && /^-?\d+$/.test(seed) && path.length > 0 && path.every((step) => /^\d+$/.test(step));
}

/** Sends the one input that a problem's `replay` names. Undefined where nothing is wrong with it any more. Throws where it names none. */
export async function replayFuzz(replay: string, target: FuzzTarget): Promise<FuzzProblem | undefined> {
  const [sort = '', seed = '', ...path] = replay.split(':');
  if (!isReplay(replay)) throw new Error(`${replay}: ${replayForm} is wanted`);
  return shrink({ sort, seed: Number(seed), path: path.join(':') }, target, true);
}

/** Tries an input again, alone, and then smaller ones as long as they show a problem too. */
async function shrink({ sort, seed, path }: { readonly sort: string; readonly seed: number; readonly path: string }, target: FuzzTarget, endOnFailure = false): Promise<FuzzProblem | undefined> {
  let last: string | undefined;
  const property = fc.asyncProperty(fuzzInputs[sort]!, async (input) => {
    const problem = await alone(input, target);
    last = problem ?? last;
    return problem === undefined;
  });
  const { failed, counterexample, counterexamplePath } = await fc.check(property, { seed, path, endOnFailure, numRuns: 1, interruptAfterTimeLimit: shrinkWithinMs });
  if (!failed || !counterexample) return undefined;
  const [input] = counterexample;
  return { sort, input, problem: await alone(input, target) ?? last ?? '', replay: `${sort}:${seed}:${counterexamplePath ?? path}` };
}

/** Which input of a round changed the store, when each is sent alone. */
async function findChanger(sort: string, seed: number, all: readonly FuzzInput[], target: FuzzTarget, store: Pick<Store, 'snapshot'>): Promise<FuzzProblem> {
  for (const [index, input] of all.entries()) {
    const { revision } = store.snapshot();
    await alone(input, target);
    if (store.snapshot().revision !== revision) return { sort, problem: `changed the store, from revision ${revision} to ${store.snapshot().revision}`, input, replay: `${sort}:${seed}:${index}` };
  }
  return { sort, problem: `one of the ${all.length} inputs of seed ${seed} changed the store, none of them when sent alone`, input: all[0]!, replay: undefined };
}

async function tryAll(all: readonly FuzzInput[], target: FuzzTarget): Promise<readonly { readonly index: number; readonly problem: string }[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce }); // anew, for the server closes what is idle while inputs are made
  const found: { index: number; problem: string }[] = [];
  const queue = [...all.entries()];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const problem = await tryInput(next[1], target, agent);
      if (problem) found.push({ index: next[0], problem });
    }
  }));
  agent.destroy();
  return found;
}

async function alone(input: FuzzInput, target: FuzzTarget): Promise<string | undefined> {
  const agent = new Agent();
  return tryInput(input, target, agent).finally(() => agent.destroy());
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
