// `npm run fuzz [-- --inputs N --seed S | --replay R]`: malformed inputs for a server in this process, on a database of its own. Ends with 1 where something is wrong.
import { parseArgs } from 'node:util';
import { startServer } from '../bench/support/server.ts';
import { replayFuzz, runFuzz } from './run-fuzz.ts';
import type { FuzzProblem } from './run-fuzz.ts';

const { values } = parseArgs({ options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) }, replay: { type: 'string' } } });
const inputs = Number(values.inputs), seed = Number(values.seed);
if (!Number.isSafeInteger(inputs) || !Number.isSafeInteger(seed)) throw new Error('--inputs and --seed are whole numbers');
console.log(values.replay === undefined ? `fuzz: ${inputs} malformed inputs, seed ${seed}` : `fuzz: ${values.replay} again`);
const server = await startServer();
const target = { url: server.url, token: server.token };
const problems = values.replay === undefined
  ? await runFuzz({ target, store: server.store, inputs, seed, onProgress: (sent) => { if (sent % 5_000 === 0) console.log(`  ${sent} sent`); } })
  : [await replayFuzz(values.replay, target)].filter((problem) => problem !== undefined);
await server[Symbol.asyncDispose]();
for (const problem of problems) print(problem);
console.log(problems.length === 0 ? `fuzz: nothing wrong in ${values.replay === undefined ? `${inputs} inputs` : 'it'}` : `\nfuzz: ${problems.length} problems; --inputs ${inputs} --seed ${seed} sends the same again`);
process.exitCode = problems.length === 0 ? 0 : 1;

function print({ sort, problem, input, replay }: FuzzProblem): void {
  console.log(`\n${sort}: ${problem}\n  ${JSON.stringify(input).slice(0, 4_000)}\n  ${replay ? `this one again: npm run fuzz -- --replay ${replay}` : 'it showed only among others'}`);
}
