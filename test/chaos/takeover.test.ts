import { expect, test } from 'vitest';
import { describeReport } from './campaign/describe-report.ts';
import { runCampaign } from './campaign/run-campaign.ts';

const seed = Date.now() % 1_000_000;

test(`a leader that is killed or sleeps past its lease is replaced, and changes nothing more when it wakes (seed ${seed})`, async () => {
  const told: string[] = [];
  const report = await runCampaign({ seed, durationMs: 14_000, servers: 2, leaseMs: 3_000, everyMs: 7_000, kinds: ['kill-leader', 'freeze-leader'], writers: 3, pauseMs: 100, tell: (line) => told.push(line) });
  const text = `${describeReport(report)}\n${told.join('\n')}\n${report.serverLogs}`;
  if (report.violations.length > 0) throw new Error(text);
  if (report.takeoverMs.length === 0) throw new Error(`nobody was replaced:\n${text}`);
  expect(new Set(report.faults.map(({ kind }) => kind)).size).toBeGreaterThan(0);
});
