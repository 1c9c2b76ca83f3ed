import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createClient } from '../../src/client/create-client.ts';
import { describeReport } from './campaign/describe-report.ts';
import { eventually } from './campaign/eventually.ts';
import { runCampaign } from './campaign/run-campaign.ts';
import { startReplicatedCluster } from './cluster/start-cluster.ts';

const seed = Date.now() % 1_000_000;

test(`PostgreSQL fails over under load: nothing acknowledged is lost, and servers, subscribers and leases go on (seed ${seed})`, async () => {
  const told: string[] = [];
  const report = await runCampaign({ seed, durationMs: 9_000, servers: 2, leaseMs: 3_000, everyMs: 6_000, kinds: ['failover'], writers: 6, pauseMs: 60, tell: (line) => told.push(line) });
  if (report.violations.length > 0) throw new Error(`${describeReport(report)}\n${told.join('\n')}\n${report.serverLogs}`);
  expect(report.faults.length).toBeGreaterThan(0);
  expect(report.operations.filter(({ outcome }) => outcome.type === 'acknowledged').length).toBeGreaterThan(20);
});

test('a primary that was replaced while it slept is never written to again, nor read from', async () => {
  await using cluster = await startReplicatedCluster({ servers: 2, leaseMs: 3_000 });
  const { database, servers, token } = cluster;
  await using client = createClient({ url: servers[0]!.url, token, logger: pino({ level: 'silent' }) });
  await using other = createClient({ url: servers[1]!.url, token, logger: pino({ level: 'silent' }) });
  const write = (name: string) => client.create('ConfigMap', { metadata: { namespace: 'default', name }, data: {} }, { retry: true });
  await write('before');

  await database.promote('freeze');
  await eventually('the new primary takes writes', 60_000, () => write('after').then(() => true));
  const replaced = database.standby;
  replaced.signal('SIGCONT');
  await eventually('no server holds a connection to the old primary', 60_000, () => replaced.proxy.open === 0 || undefined);
  await eventually('it takes writes still, by itself', 60_000, async () => ((await replaced.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby'))[0]?.standby === false) || undefined);
  for (let round = 0; round < 5; round++) await write(`later-${round}`);
  const { objects } = await other.list('ConfigMap', { namespace: 'default', labelSelector: '' });
  expect(objects.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['before', 'after', 'later-0', 'later-4']));
  expect(await replaced.query(`SELECT name FROM object WHERE kind = 'ConfigMap' AND namespace = 'default' AND name <> 'before'`)).toEqual([]);

  await database.rejoin();
  await write('together');
  await eventually('the old primary has it, as a standby', 60_000, async () => (await replaced.query(`SELECT 1 FROM object WHERE name = 'together'`)).length === 1 || undefined);
});
