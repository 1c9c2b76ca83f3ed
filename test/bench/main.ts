// `npm run bench [-- NAME… | --all]`: measures and prints one table. Each benchmark runs in a process of its own, one after the other. Asserts nothing about time.
// With --all every campaign follows, and at the end stand all figures and outcomes together.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { entryCommand } from '../../src/lib/entry-command.ts';
import { projectFile } from '../../src/lib/project-file.ts';
import { createProgress } from '../../src/main/progress.ts';
import { decimal, explainArguments, readArguments, whole } from '../support/read-arguments.ts';
import { benches } from './bench.ts';
import type { BenchName, Row, Tell } from './bench.ts';
import type { Load } from './support/load-meter.ts';
import { printLoads, printTable } from './support/print-table.ts';
import { runCampaigns } from './support/run-campaigns.ts';

const names = Object.keys(benches) as BenchName[];
const usage = `usage: npm run bench [-- NAME… | --all [--minutes N] [--inputs N]]
  NAME         one of ${names.join(', ')}; all of them where none is named
  --all        goes on with every campaign, and prints all figures and outcomes together at the end
  --minutes N  how long a campaign throws faults (10)
  --inputs N   how many malformed inputs are sent (100000)`;
const read = readArguments(process.argv.slice(2), { all: { type: 'flag' }, minutes: decimal(10, 0.1, 10_000), inputs: whole(100_000, 1, 1e9) }, names);
const { values, words: wanted } = read;
const end = explainArguments(read, usage);
if (end !== undefined) process.exit(end);

const progress = createProgress(process.stdout, Date.now);
const rows: Row[] = [];
const loads: (Load & { readonly bench: string })[] = [];
let running: ChildProcess | undefined, isEnding = false, isCampaign = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {
  isEnding = true;
  process.exitCode = 130;
  // A campaign tells what it has found so far, and everything is printed then.
  if (isCampaign) return void running?.kill(signal);
  const end = () => {
    tellAll();
    process.exit(130);
  };
  if (!running?.kill(signal)) return end();
  running.once('close', end);
});
for (const name of names.filter((each) => wanted.length === 0 || wanted.includes(each))) {
  try {
    await progress.step(name, async (tell) => {
      const measured = await run(name, tell);
      rows.push(...measured);
      return measured.length === 1 ? '1 row' : `${measured.length} rows`;
    });
  } catch (error) {
    rows.push({ what: name, reach: '', measured: 'failed' });
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
tellAll();
if (values.all) {
  isCampaign = true;
  const { lines, isGood } = await runCampaigns(values, { tell: (line) => console.log(line), started: (child) => { running = child; }, isEnding: () => isEnding });
  tellAll();
  console.log(`\n${lines.join('\n')}`);
  if (!isGood && !isEnding) process.exitCode = 1;
}

function tellAll(): void {
  console.log(`\n${printTable(rows)}\n\n${printLoads(loads)}\n\nNode ${process.versions.node}, ${availableParallelism()} cores. A ratio is ours to a bare peer in the same run; the machine is shared, so trust the ratios.`);
}

/** Runs one benchmark; rejects with the end of what it printed when it fails. */
async function run(name: BenchName, tell: Tell): Promise<readonly Row[]> {
  const own = benches[name].onOwnMachine ? [process.execPath, projectFile('scripts/machine.mjs'), 'gantry-bench'] : [];
  const [program = '', ...args] = [...own, ...entryCommand(`test/bench/${name}.bench.ts`, [])];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  let errors = '', found: readonly Row[] | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors = (errors + text).slice(-3000); });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as { tell?: string; load?: Load; rows?: readonly Row[] };
    if (said.tell !== undefined) tell(said.tell);
    if (said.load !== undefined) loads.push({ ...said.load, bench: name });
    found ??= said.rows;
  });
  const code = await new Promise<number | null>((resolve) => { child.once('close', resolve); });
  if (!found) throw new Error(`${name} ended with ${code}:\n${errors}`);
  return found;
}
