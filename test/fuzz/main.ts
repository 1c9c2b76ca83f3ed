// `npm run fuzz [-- --inputs N --seed S]`: malformed inputs for a server in this process, on a database of its own. Ends with 1 where something is wrong.
import { parseArgs } from 'node:util';
import { startServer } from '../bench/support/server.ts';
import { runFuzz } from './run-fuzz.ts';

const { values } = parseArgs({ options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) } } });
const inputs = Number(values.inputs), seed = Number(values.seed);
if (!Number.isSafeInteger(inputs) || !Number.isSafeInteger(seed)) throw new Error('--inputs and --seed are whole numbers');
console.log(`fuzz: ${inputs} malformed inputs, seed ${seed}`);
const server = await startServer();
const problems = await runFuzz({
  target: { url: server.url, token: server.token }, store: server.store, inputs, seed,
  onProgress: (sent) => { if (sent % 5_000 === 0) console.log(`  ${sent} sent`); },
});
await server[Symbol.asyncDispose]();
for (const { sort, problem, input } of problems) console.log(`\n${sort}: ${problem}\n  ${JSON.stringify(input).slice(0, 4_000)}`);
console.log(problems.length === 0 ? `fuzz: nothing wrong in ${inputs} inputs` : `\nfuzz: ${problems.length} problems; --inputs ${inputs} --seed ${seed} finds them again`);
process.exitCode = problems.length === 0 ? 0 : 1;
