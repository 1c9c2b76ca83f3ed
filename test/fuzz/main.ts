// `npm run fuzz [-- --inputs N --seed S | --replay R]`: malformed inputs for a server in this process, on a database of its own. Ends with 1 where something is wrong.
import { startServer } from '../bench/support/server.ts';
import { explainArguments, readArguments, whole } from '../support/read-arguments.ts';
import { readStateOf } from './read-state.ts';
import { isReplay, replayForm, replayFuzz, runFuzz } from './run-fuzz.ts';
import type { FuzzProblem } from './run-fuzz.ts';

const usage = `usage: npm run fuzz [-- --inputs N] [--seed S] [--replay R]
  --inputs N   how many malformed inputs are sent (100000)
  --seed S     sends the same inputs as an earlier run
  --replay R   sends the one input that an earlier run has named: ${replayForm}`;
const read = readArguments(process.argv.slice(2), { inputs: whole(100_000, 1, 1e9), seed: whole(Math.floor(Math.random() * 2 ** 31), -(2 ** 31), 2 ** 31 - 1), replay: { type: 'text' } });
const { inputs, seed, replay } = read.values;
const wrongReplay = replay === undefined || isReplay(replay) ? [] : [`--replay is ${JSON.stringify(replay)}; ${replayForm} is wanted`];
process.exitCode = explainArguments({ ...read, problems: [...read.problems, ...wrongReplay] }, usage) ?? await fuzz();

/** The exit code. */
async function fuzz(): Promise<number> {
  console.log(replay === undefined ? `fuzz: ${inputs} malformed inputs, seed ${seed}` : `fuzz: ${replay} again`);
  await using server = await startServer();
  const target = { url: server.url, token: server.token };
  await using state = await readStateOf(server.databaseUrl);
  const { problems, changes } = replay === undefined
    ? await runFuzz({ target, readState: () => state.read(), inputs, seed, onProgress: (sent) => { if (sent % 5_000 === 0) console.log(`  ${sent} sent`); } })
    : { problems: [await replayFuzz(replay, target)].filter((problem) => problem !== undefined), changes: 0 };
  for (const problem of problems) print(problem);
  console.log(problems.length === 0 ? `fuzz: nothing wrong in ${replay === undefined ? `${inputs} inputs; the store changed ${changes} times, each acknowledged` : 'it'}` : `\nfuzz: ${problems.length} problems; --inputs ${inputs} --seed ${seed} sends the same again`);
  return problems.length === 0 ? 0 : 1;
}

function print({ sort, problem, input, replay: again }: FuzzProblem): void {
  console.log(`\n${sort}: ${problem}\n  ${JSON.stringify(input).slice(0, 4_000)}\n  ${again ? `this one again: npm run fuzz -- --replay ${again}` : 'it showed only among others'}`);
}
