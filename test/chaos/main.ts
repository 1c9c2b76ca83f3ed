// `npm run chaos -- --minutes N [--seed S]`: a long campaign and its report, then a rollout whose server is killed again and again.
import { parseArgs } from 'node:util';
import { describeReport } from './campaign/describe-report.ts';
import { interruptRollout } from './campaign/interrupt-rollout.ts';
import { runCampaign } from './campaign/run-campaign.ts';

const usage = `usage: npm run chaos -- [--minutes N] [--seed S] [--servers N] [--kills N] [--logs]
  --minutes N   how long faults are thrown (1)
  --seed S      repeats the schedule of an earlier campaign
  --servers N   how many servers share the database (3)
  --kills N     then how often the only server of a rollout is killed (20)
  --logs        print the end of the servers' logs as well`;
const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' }, servers: { type: 'string' }, kills: { type: 'string' }, logs: { type: 'boolean' }, help: { type: 'boolean' } } });
const number = (text: string | undefined, fallback: number): number => (text === undefined ? fallback : Number(text));
const [minutes, servers, kills, seed] = [number(values.minutes, 1), number(values.servers, 3), number(values.kills, 20), number(values.seed, Date.now() % 1_000_000_000)];

if (values.help || !(minutes > 0) || !Number.isInteger(servers) || servers < 1 || !Number.isInteger(kills) || !Number.isInteger(seed)) {
  process.stdout.write(`${usage}\n`);
  process.exitCode = values.help ? 0 : 2;
} else {
  const tell = (line: string): void => void process.stdout.write(`${line}\n`);
  tell(`${minutes} minutes on ${servers} servers; the same faults again: npm run chaos -- --minutes ${minutes} --servers ${servers} --seed ${seed}\n`);
  const report = await runCampaign({ seed, durationMs: minutes * 60_000, servers, leaseMs: 3_000, everyMs: 2_000, writers: 6, pauseMs: 60, tell });
  tell(`\n${describeReport(report)}`);
  if (values.logs) tell(`\n${report.serverLogs}`);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
  if (kills > 0) {
    tell('\nA rollout of 10 Pods on simulated nodes:');
    const { inTheMiddle, replicaSets } = await interruptRollout({ seed, kills, replicas: 10, tell });
    tell(`verdict       exactly the right Pods after ${kills} kills, ${inTheMiddle} of them between two versions: ${replicaSets.map(({ image, found }) => `${found} of ${image}`).join(', ')}`);
  }
}
