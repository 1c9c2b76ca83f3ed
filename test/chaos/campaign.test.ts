import { expect, test } from 'vitest';
import { describeReport } from './campaign/describe-report.ts';
import { runCampaign } from './campaign/run-campaign.ts';
import { faultKinds } from './plan-schedule.ts';

const seed = Date.now() % 1_000_000;

test(`every promise holds while everything fails at times (seed ${seed})`, async () => {
  const told: string[] = [];
  const everyMs = 1_000;
  const report = await runCampaign({ seed, durationMs: faultKinds.length * everyMs, servers: 2, leaseMs: 3_000, everyMs, writers: 6, pauseMs: 60, tell: (line) => told.push(line) });
  if (report.violations.length > 0) throw new Error(`${describeReport(report)}\n${told.join('\n')}\n${report.serverLogs}`);
  expect(report.faults.length).toBeGreaterThanOrEqual(faultKinds.length / 2);
  expect(report.operations.filter(({ outcome }) => outcome.type === 'acknowledged').length).toBeGreaterThan(20);
});
