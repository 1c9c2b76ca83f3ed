import { Agent } from 'node:http';
import * as fc from 'fast-check';
import { acknowledged, problemOfChanges } from './check-changes.ts';
import type { StoreState } from './check-changes.ts';
import { problemOf } from './check-outcome.ts';
import { changingSorts, fuzzInputs } from './inputs/index.ts';
import type { FuzzInput } from './inputs/fuzz-input.ts';
import { sendInput } from './send-input.ts';
import type { FuzzTarget } from './send-input.ts';

/** How to try a server. */
export interface FuzzOptions {
  readonly target: FuzzTarget;
  /** Past the server. */
  readonly readState: () => Promise<StoreState>;
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

/** What came of all inputs. */
export interface FuzzReport {
  readonly problems: readonly FuzzProblem[];
  /** How many revisions the store went on by, each acknowledged to the sender of a mutation that was right after all. */
  readonly changes: number;
}

/** What one input met. */
interface Tried {
  readonly problem: string | undefined;
  readonly revisions: readonly number[];
}

const atOnce = 24;
const batch = 500;
const mostProblems = 10;
const answerWithinMs = 30_000;
const shrinkWithinMs = 60_000;

/** Sends malformed inputs of every sort in turn and tells what is wrong with the answers, each with a smaller input where one is found; stops after ten problems, or where the store changed as it must not. */
export async function runFuzz({ target, readState, inputs, seed, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const problems: FuzzProblem[] = [];
  const sorts = Object.keys(fuzzInputs), begun = await readState();
  let before = begun;
  for (let sent = 0, round = 0; sent < inputs && problems.length < mostProblems; round += 1) {
    const sort = sorts[round % sorts.length] as string;
    const all = fc.sample(fuzzInputs[sort]!, { numRuns: Math.min(batch, inputs - sent), seed: seed + round });
    sent += all.length;
    const tried = await tryAll(all, target);
    const after = await readState(), changed = problemOfChanges(before, after, toldBy(sort, tried));
    before = after;
    if (changed !== undefined) {
      problems.push(await findChanger(sort, seed + round, all, target, readState, changed));
      break;
    }
    const found = tried.flatMap(({ problem }, index) => (problem === undefined ? [] : [{ index, problem }]));
    for (const { index, problem } of found.slice(0, mostProblems - problems.length)) problems.push(await shrink({ sort, seed: seed + round, path: String(index) }, target) ?? { sort, problem, input: all[index]!, replay: undefined });
    if (found.length > 0) before = await readState(); // trying again may have changed what it may change
    onProgress?.(sent);
  }
  return { problems, changes: before.revision - begun.revision };
}

function toldBy(sort: string, tried: readonly Tried[]): ReadonlySet<number> {
  return new Set(changingSorts.has(sort) ? tried.flatMap(({ revisions }) => revisions) : []);
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
    const { problem } = await alone(input, target);
    last = problem ?? last;
    return problem === undefined;
  });
  const { failed, counterexample, counterexamplePath } = await fc.check(property, { seed, path, endOnFailure, numRuns: 1, interruptAfterTimeLimit: shrinkWithinMs });
  if (!failed || !counterexample) return undefined;
  const [input] = counterexample;
  return { sort, input, problem: (await alone(input, target)).problem ?? last ?? '', replay: `${sort}:${seed}:${counterexamplePath ?? path}` };
}

/** Which input of a round changed the store as it must not, when each is sent alone. */
async function findChanger(sort: string, seed: number, all: readonly FuzzInput[], target: FuzzTarget, readState: FuzzOptions['readState'], changed: string): Promise<FuzzProblem> {
  for (const [index, input] of all.entries()) {
    const before = await readState(), tried = await alone(input, target);
    const problem = problemOfChanges(before, await readState(), toldBy(sort, [tried]));
    if (problem !== undefined) return { sort, problem, input, replay: `${sort}:${seed}:${index}` };
  }
  return { sort, problem: `one of the ${all.length} inputs of seed ${seed} ${changed}; none of them when sent alone`, input: all[0]!, replay: undefined };
}

async function tryAll(all: readonly FuzzInput[], target: FuzzTarget): Promise<readonly Tried[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce }); // anew, for the server closes what is idle while inputs are made
  const tried: Tried[] = all.map(() => ({ problem: undefined, revisions: [] }));
  const queue = [...all.entries()];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = queue.pop(); next; next = queue.pop()) tried[next[0]] = await tryInput(next[1], target, agent);
  }));
  agent.destroy();
  return tried;
}

async function alone(input: FuzzInput, target: FuzzTarget): Promise<Tried> {
  const agent = new Agent();
  return tryInput(input, target, agent).finally(() => agent.destroy());
}

async function tryInput(input: FuzzInput, target: FuzzTarget, agent: Agent): Promise<Tried> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Tried>((resolve) => { timer = setTimeout(() => resolve({ problem: `no answer within ${answerWithinMs} ms`, revisions: [] }), answerWithinMs); });
  try {
    return await Promise.race([sendInput(input, target, agent).then((outcome) => ({ problem: problemOf(input, outcome), revisions: acknowledged(outcome) })), silence]);
  } catch (error) {
    return { problem: `the connection failed: ${String(error)}`, revisions: [] };
  } finally {
    clearTimeout(timer);
  }
}
