import { pino } from 'pino';
import { createHost } from '../../agent/host/host.ts';
import type { Host } from '../../agent/host/host.ts';
import { createTable } from '../../agent/proxy/table.ts';
import { planRuleset } from '../../agent/proxy/plan-ruleset.ts';
import type { EndpointSlice, Service } from '../../src/model/object.ts';
import { endpoint, facts, service, servicePort, slice } from '../unit/agent/proxy/fixtures.ts';
import type { Bench, Row } from './bench.ts';
import { runBench } from './run-bench.ts';
import { millis, summary } from './support/measure.ts';

const rounds = 30;

/** One endpoint that changes, from the objects to the kernel, with many Services around it, against nft changing the same element by itself. */
const bench: Bench = async (tell) => {
  const rows: Row[] = [];
  for (const count of [1000, 10_000]) {
    tell(`${count.toLocaleString('en')} Services`);
    rows.push(await measureChange(count));
  }
  return rows;
};

async function measureChange(count: number): Promise<Row> {
  const host = createHost();
  await using _ = { [Symbol.asyncDispose]: async () => { await host.run('nft', ['delete', 'table', 'ip', 'gantry']); } };
  const table = createTable(host, facts, pino({ level: 'silent' }));
  const services = Array.from({ length: count }, (_each, i) => service(`s${i}`, { clusterIP: `10.96.${Math.floor(i / 250)}.${(i % 250) + 1}`, ports: [servicePort({ port: 80 })] }));
  const slices = services.map(({ metadata: { name } }) => slice(name, [endpoint('10.244.1.9'), endpoint('10.244.2.9', 'node-2')]));
  const loadFrom = performance.now();
  await table.apply(planRuleset(services, slices, facts));
  const loadMs = performance.now() - loadFrom;
  const ours: number[] = [], bare: number[] = [];
  let cpuMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now(), cpu = process.cpuUsage();
    await table.apply(planRuleset(services, changed(services, slices, round), facts));
    ours.push(performance.now() - from);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs += (user + system) / 1000 / rounds;
    bare.push(await changeByHand(host, round));
  }
  const { p50Ms, p99Ms } = summary(ours, 1), alone = summary(bare, 1).p50Ms;
  return {
    what: `one endpoint of ${count.toLocaleString('en')} Services changes`, reach: '', measured: `p50 ${millis(p50Ms)}, p99 ${millis(p99Ms)}, of it ${millis(cpuMs)} CPU of the agent; all at first ${millis(loadMs)}`,
    peer: `nft alone ${millis(alone)}`, ratio: alone / p50Ms,
  };
}

function changed(services: readonly Service[], slices: readonly EndpointSlice[], round: number): readonly EndpointSlice[] {
  return slices.map((each, i) => (i === 77 ? slice(services[77]!.metadata.name, [endpoint(`10.244.1.${10 + (round % 2)}`), endpoint('10.244.2.9', 'node-2')]) : each));
}

/** The same kind of change, of an element beside the table's own; how long it took. */
async function changeByHand(host: Host, round: number): Promise<number> {
  const key = '192.0.2.1 . tcp . 80';
  const script = `${round === 0 ? '' : `delete element ip gantry backends_0 { ${key} }\n`}add element ip gantry backends_0 { ${key} : 10.244.3.${10 + (round % 2)} . 8080 }\n`;
  const from = performance.now();
  await host.run('nft', ['-f', '-'], script);
  return performance.now() - from;
}

await runBench(bench);
