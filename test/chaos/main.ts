// `npm run chaos -- --minutes N [--seed S]`: a long campaign and its report, then a rollout whose server is killed again and again.
import { spawnSync } from 'node:child_process';
import { entryCommand } from '../../src/lib/entry-command.ts';
import { projectFile } from '../../src/lib/project-file.ts';
import { decimal, explainArguments, readArguments, whole } from '../support/read-arguments.ts';
import { commandOf } from './campaign/command-of.ts';
import { describeReport } from './campaign/describe-report.ts';
import { interruptRollout } from './campaign/interrupt-rollout.ts';
import { dockerPlace, simulatedPlace } from './campaign/rollout-place.ts';
import { runCampaign } from './campaign/run-campaign.ts';
import { faultKinds } from './plan-schedule.ts';

const usage = `usage: npm run chaos -- [--minutes N] [--seed S] [--servers N] [--lease S] [--every S] [--faults KIND,…] [--kills N] [--rollout simulated|docker] [--logs]
  --minutes N   how long faults are thrown (1; 0: not at all)
  --seed S      repeats the schedule of an earlier campaign
  --servers N   how many servers share the database (3)
  --lease S     seconds within which the reconcilers of another go on when a leader fell silent (3)
  --every S     seconds between two faults, on average (2)
  --faults K,…  throws only these: ${faultKinds.join(', ')}
  --kills N     then how often the only server of a rollout is killed (20; 0: not at all)
  --rollout W   where its Pods run: on simulated nodes, or in containers of a Docker Engine of its own (simulated)
  --logs        print the end of the servers' logs as well`;
const read = readArguments(process.argv.slice(2), {
  minutes: decimal(1, 0, 10_000), seed: whole(Date.now() % 1_000_000_000, 0, 2 ** 32 - 1), servers: whole(3, 1, 6), lease: decimal(3, 1, 600), every: decimal(2, 0.1, 3_600),
  faults: { type: 'words', default: faultKinds, of: faultKinds }, kills: whole(20, 0, 10_000), rollout: { type: 'word', default: 'simulated', of: ['simulated', 'docker'] }, logs: { type: 'flag' },
});
const { minutes, seed, servers, kills, faults: kinds } = read.values;
const leaseMs = read.values.lease * 1000, everyMs = read.values.every * 1000, isOnDocker = read.values.rollout === 'docker';
const ending = new AbortController();
const end = explainArguments(read, usage);

if (end !== undefined) {
  process.exitCode = end;
} else if (isOnDocker && kills > 0 && process.env['GANTRY_MACHINE'] === undefined) {
  // A network namespace of its own, so that the agent's packet rules and routes touch nothing else.
  process.exitCode = spawnSync(process.execPath, [projectFile('scripts/machine.mjs'), 'gantry-chaos', ...entryCommand('test/chaos/main.ts', process.argv.slice(2))], { stdio: 'inherit' }).status ?? 1;
} else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, endEarly);
  if (minutes > 0) await campaign();
  if (kills > 0 && !ending.signal.aborted) await rollout();
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The first signal ends early, with all that is known so far; the second at once. */
function endEarly(): void {
  if (ending.signal.aborted) process.exit(130);
  tell('\nending early: what is broken is mended, and the history so far is checked; once more ends at once');
  process.exitCode = 130;
  ending.abort();
}

async function campaign(): Promise<void> {
  const options = { seed, durationMs: minutes * 60_000, servers, leaseMs, kinds, everyMs };
  tell(`${minutes} minutes on ${servers} servers; the same faults again: ${commandOf(options)}\n`);
  const report = await runCampaign({ ...options, writers: 6, pauseMs: 60, tell, ending: ending.signal });
  tell(`\n${describeReport(report)}`);
  if (read.values.logs) tell(`\n${report.serverLogs}`);
  if (report.violations.length > 0) process.exitCode = 1;
}

async function rollout(): Promise<void> {
  await using place = isOnDocker ? await dockerPlace(6) : simulatedPlace(10);
  tell(`\nA rollout of ${place.replicas} Pods ${isOnDocker ? 'in real containers' : 'on simulated nodes'}; again: npm run chaos -- --minutes 0 --kills ${kills} --rollout ${read.values.rollout} --seed ${seed}`);
  const { kills: killed, inTheMiddle, replicaSets } = await interruptRollout({ seed, kills, place, tell, ending: ending.signal });
  tell(`verdict       exactly the right Pods after ${killed} kills, ${inTheMiddle} of them between two versions: ${replicaSets.filter(({ found }) => found > 0).map(({ image, found }) => `${found} of ${image}`).join(', ')}`);
}
