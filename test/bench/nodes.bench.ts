import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { buildHelloImage } from '../../examples/images/build-hello.mjs';
import { createClient } from '../../src/client/create-client.ts';
import type { Client } from '../../src/client/client.ts';
import { conditionOf } from '../../src/model/conditions.ts';
import { projectFile } from '../../src/lib/project-file.ts';
import { gantryCommand } from '../e2e/support/dev-nodes.ts';
import { until } from '../e2e/support/engine.ts';
import { podIP, processOf } from '../e2e/support/probes.ts';
import type { Bench, Row } from './bench.ts';
import { runBench } from './run-bench.ts';
import { startCluster } from './support/cluster.ts';
import type { BenchCluster } from './support/cluster.ts';
import { millis, summary } from './support/measure.ts';

const name = 'bench', services = 5, rounds = 8, seconds = 3;
const run = promisify(execFile);
const inNode = (index: number) => ['nsenter', `--net=/run/netns/gantry-${name}-${index}`];

/** Two nodes, each with an engine of its own: how soon a ready Pod is reached through a Service on the other node, and how much goes from Pod to Pod against the bare link. */
const bench: Bench = async (tell) => {
  tell('starting');
  await using cluster = await startCluster();
  await buildHelloImage(cluster.socket);
  tell('two nodes');
  await using _ = { [Symbol.asyncDispose]: async () => { await gantryCommand(cluster.gantry, 'dev', 'nodes', '--remove', '--name', name); } };
  await gantryCommand(cluster.gantry, 'dev', 'nodes', '2', '--name', name);
  await using client = createClient({ url: cluster.gantry.url, token: readFileSync(path.join(cluster.gantry.stateFolder, 'admin.token'), 'utf8').trim(), logger: pino({ level: 'silent' }) });
  const pids = await startPods(cluster, client);
  tell('Pod to Pod');
  const flow = await flowRow(pids, await podIP(client, 'take'));
  tell(`${rounds * services} times ready`);
  return [await readyRow(client, pids), flow];
};

/** Pods that are ready while a file says so, each behind a Service, on the first node; and one on each for the flow between them. Their processes. */
async function startPods({ gantry }: BenchCluster, client: Client): Promise<ReadonlyMap<string, string>> {
  const toggled = Array.from({ length: services }, (_, i) => `toggled-${i}`);
  const pod = (one: string, node: number, more = '') => `{ apiVersion: v1, kind: Pod, metadata: { name: ${one}, labels: { app: ${one} } }, spec: { nodeName: ${name}-${node}, terminationGracePeriodSeconds: 1, containers: [{ name: wait, image: "gantry/hello:1"${more} }] } }\n---\n`;
  const ready = ', readinessProbe: { exec: { command: [test, -f, /tmp/ready] }, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 2 }';
  const service = (one: string) => `{ apiVersion: v1, kind: Service, metadata: { name: ${one} }, spec: { selector: { app: ${one} }, ports: [{ port: 80, targetPort: 8080 }] } }\n---\n`;
  const manifests = `${toggled.map((one) => pod(one, 1, ready) + service(one)).join('')}${pod('give', 1)}${pod('take', 2)}`;
  await gantry.graphql('mutation ($manifests: String!) { applyManifests(manifests: $manifests) { revision } }', { manifests });
  const socketOf = (node: number) => path.join(gantry.stateFolder, 'dev', name, String(node), 'docker.sock');
  const all = [...toggled, 'give', 'take'];
  for (const one of all) await until(async () => (await podIP(client, one)) !== '', `${one} has an address`, 120_000);
  return new Map(await Promise.all(all.map(async (one) => [one, await processOf(socketOf(one === 'take' ? 2 : 1), one)] as const)));
}

/** From the moment at which the node found the Pod ready to the first connection that a program of the other node makes to it at the Service's address. */
async function readyRow(client: Client, pids: ReadonlyMap<string, string>): Promise<Row> {
  const names = Array.from({ length: services }, (_, i) => `toggled-${i}`);
  const addresses = await Promise.all(names.map(async (one) => (await client.get('Service', { name: one }))!.spec.clusterIP!));
  const [program = '', ...args] = [...inNode(2), process.execPath, projectFile('test/bench/support/first-answer.mjs'), ...addresses.flatMap((address) => [address, '80'])];
  const asker = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const isGone = new Set<number>(), firstAt = new Map<number, number>();
  createInterface({ input: asker.stdout }).on('line', (line) => {
    const [index, at] = line.split(' ');
    if (at === 'gone') isGone.add(Number(index));
    else if (!firstAt.has(Number(index))) firstAt.set(Number(index), Number(at));
  });
  const set = (program: string) => Promise.all(names.map((one) => run('nsenter', ['-t', pids.get(one)!, '-m', ...program.split(' '), '/tmp/ready'])));
  const latencies: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await until(() => isGone.size === services, 'nobody is answered');
      firstAt.clear();
      await set('/bin/touch');
      await until(() => firstAt.size === services, 'everybody is answered');
      for (const [i, one] of names.entries()) latencies.push(firstAt.get(i)! - Date.parse(conditionOf((await client.get('Pod', { name: one }))!.status.conditions, 'Ready')!.lastTransitionTime!));
      isGone.clear();
      await set('/bin/rm');
    }
  } finally {
    if (asker.kill('SIGKILL')) await once(asker, 'exit');
  }
  const { p50Ms, p99Ms } = summary(latencies, 1);
  return { what: 'Pod ready to first connection through its Service on another node', reach: '≤ 1,000 ms', measured: `p50 ${millis(p50Ms)}, p99 ${millis(p99Ms)} of ${latencies.length}` };
}

async function flowRow(pids: ReadonlyMap<string, string>, to: string): Promise<Row> {
  const inPod = (one: string) => ['nsenter', '-t', pids.get(one)!, '-n'];
  let pods = 0, bare = 0;
  for (const port of [5001, 5002]) {
    pods += (await flow(inPod('give'), inPod('take'), to, port)) / 2;
    bare += (await flow(inNode(1), inNode(2), '10.99.0.2', port)) / 2;
  }
  return { what: 'one TCP connection from Pod to Pod, two nodes', reach: '', measured: `${Math.round(pods / 1e6)} MB/s`, peer: `between the nodes' namespaces ${Math.round(bare / 1e6)} MB/s`, ratio: pods / bare };
}

/** Bytes a second from one place to another. */
async function flow(from: readonly string[], to: readonly string[], host: string, port: number): Promise<number> {
  const tool = projectFile('test/bench/support/throughput.mjs');
  const [taker = '', ...takerArgs] = [...to, process.execPath, tool, 'take', String(port)];
  const taking = spawn(taker, takerArgs, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: taking.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const [giver = '', ...giverArgs] = [...from, process.execPath, tool, 'give', host, String(port), String(seconds)];
  await run(giver, giverArgs);
  return Number((await lines.next()).value);
}

await runBench(bench);
