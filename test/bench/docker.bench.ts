import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pauseImageName } from '../../agent/runtime/docker/pause-image.ts';
import { dockerPost, listContainers } from '../e2e/support/docker.ts';
import { until } from '../e2e/support/engine.ts';
import type { Bench, Row } from './bench.ts';
import { runBench } from './run-bench.ts';
import type { Gantry } from '../e2e/support/gantry.ts';
import { startCluster } from './support/cluster.ts';
import type { BenchCluster } from './support/cluster.ts';

const replicas = 50, few = 3, rounds = 2, atOnce = 4, restMs = 10_000;
const image = 'gantry/bench:1';

/** A Deployment on real containers against a bare loop of the same calls, in turn, and what server and agent hold of the machine's memory with few Pods and with many. */
const bench: Bench = async (tell) => {
  tell('starting');
  await using cluster = await startCluster();
  const { gantry, socket } = cluster;
  importImage(socket);
  const memory: Row[] = [], bareMegabytes = await bareNode();
  const remember = async (count: number): Promise<void> => {
    tell(`${count} Pods at rest`);
    await pause(restMs);
    memory.push(...memoryRows(gantry.process.pid!, count, bareMegabytes));
  };
  await create(gantry, few);
  await remember(few);
  await remove(cluster);
  const bareMs: number[] = [], oursMs: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    tell(`bare Docker, ${round} of ${rounds}`);
    bareMs.push(await startAllBare(socket));
    tell(`${replicas} Pods, ${round} of ${rounds}`);
    oursMs.push(await create(gantry, replicas));
    if (round === rounds) await remember(replicas);
    tell('removing');
    await remove(cluster);
  }
  const [ours, bare] = [oursMs, bareMs].map((all) => (replicas * 1000 * rounds) / all.reduce((sum, ms) => sum + ms, 0)) as [number, number];
  return [{
    what: `Deployment of ${replicas} on Docker, all Running`, reach: '≥ 0.85 of the bare rate', measured: `${ours.toFixed(1)} Pods/s`, peer: `Docker, ${atOnce} at once ${bare.toFixed(1)} Pods/s`, ratio: ours / bare,
  }, ...memory];
};

/** Milliseconds until all Pods of a new Deployment run. */
async function create(gantry: Gantry, count: number): Promise<number> {
  const began = performance.now();
  await gantry.graphql('mutation ($input: DeploymentInput!) { createDeployment(input: $input) { revision } }', { input: deployment(count) });
  await until(async () => {
    const { deployment: found } = await gantry.graphql<{ deployment: { status: { readyReplicas: number } } }>('{ deployment(name: "bench") { status { readyReplicas } } }');
    return found.status.readyReplicas === count;
  }, 'all Pods run', 120_000);
  return performance.now() - began;
}

/** Removes the Deployment with its Pods. */
async function remove({ gantry, socket }: BenchCluster): Promise<void> {
  await gantry.graphql('mutation { deleteDeployment(name: "bench", propagationPolicy: FOREGROUND) { revision } }');
  await until(async () => (await gantry.graphql<{ deployment: object | null }>('{ deployment(name: "bench") { metadata { name } } }')).deployment === null, 'the Deployment is gone', 120_000);
  await until(async () => (await listContainers(socket)).length === 0, 'no container is left', 120_000);
}

/** Milliseconds until the same containers run, made by nothing but calls; removes them again. */
async function startAllBare(socket: string): Promise<number> {
  const began = performance.now();
  let made = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => { while (made < replicas) await startBare(socket, made++); }));
  const took = performance.now() - began;
  for (const { id } of await listContainers(socket)) await dockerPost(socket, `/containers/${id}?force=1`, undefined, 'DELETE');
  return took;
}

function deployment(count: number): object {
  const labels = { app: 'bench' };
  return {
    metadata: { name: 'bench' },
    spec: { replicas: count, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image, command: ['/bin/busybox', 'sleep', '3600'] }] } } },
  };
}

/** Busybox as an image, without a registry. */
function importImage(socket: string): void {
  const tar = spawnSync('tar', ['-c', '-C', '/', 'bin/busybox'], { maxBuffer: 2 ** 26 });
  const { status, stderr } = spawnSync('docker', ['-H', `unix://${socket}`, 'import', '-', image], { input: tar.stdout });
  if (status !== 0) throw new Error(`docker import failed: ${String(stderr)}`);
}

/** The two containers of one Pod, created and started. */
async function startBare(socket: string, index: number): Promise<void> {
  const pod = await start(socket, `bare-pause-${index}`, { Image: pauseImageName, Hostname: `bare-${index}`, HostConfig: { IpcMode: 'shareable' } });
  await start(socket, `bare-main-${index}`, { Image: image, Cmd: ['/bin/busybox', 'sleep', '3600'], HostConfig: { NetworkMode: `container:${pod}`, IpcMode: `container:${pod}` } });
}

async function start(socket: string, name: string, options: object): Promise<string> {
  const { Id } = JSON.parse(await dockerPost(socket, `/containers/create?name=${name}`, options)) as { Id: string };
  await dockerPost(socket, `/containers/${Id}/start`);
  return Id;
}

/** Resident memory of a Node that does nothing. */
async function bareNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6); process.stdout.write("up")'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    return residentMegabytes(child.pid!);
  } finally {
    child.kill('SIGKILL');
  }
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024 / 1e6;
}

/** Resident memory of the server and the agent that `npm start` has begotten. */
function memoryRows(pid: number, pods: number, bareMegabytes: number): readonly Row[] {
  const found = new Map<string, number>();
  for (const each of descendants(pid)) {
    const command = readFileSync(`/proc/${each}/cmdline`, 'utf8');
    const megabytes = residentMegabytes(each);
    if (command.includes('src/main/start.ts')) found.set('server', megabytes);
    if (command.includes('agent/main.')) found.set('agent', megabytes);
  }
  return ([['server', 200], ['agent', 120]] as const).map(([name, most]) => ({ what: `memory at rest with ${pods} Pods: ${name}`, reach: `≤ ${most} MB`, measured: `${Math.round(found.get(name) ?? NaN)} MB`, peer: `Node alone ${Math.round(bareMegabytes)} MB`, ratio: bareMegabytes / (found.get(name) ?? NaN) }));
}

function descendants(pid: number): readonly number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => parentOf(name) === pid).map(Number);
  return [pid, ...children.flatMap(descendants)];
}

function parentOf(pid: string): number {
  try { return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]); } catch { return NaN; }
}

await runBench(bench);
