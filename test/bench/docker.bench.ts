import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { pauseImageName } from '../../agent/runtime/docker/pause-image.ts';
import { dockerPost, listContainers } from '../e2e/support/docker.ts';
import { until } from '../e2e/support/engine.ts';
import type { Bench, Row } from './bench.ts';
import { startCluster } from './support/cluster.ts';

const replicas = 50, atOnce = 4, restMs = 10_000;
const image = 'gantry/bench:1';

/** A Deployment on real containers against a bare loop of the same calls, and what server and agent hold of the machine's memory before anything is asked of them. */
export const bench: Bench = async (tell) => {
  tell('starting');
  await using cluster = await startCluster();
  const { gantry, socket } = cluster;
  tell('at rest');
  await pause(restMs);
  const memory = memoryRows(gantry.process.pid!);
  importImage(socket);
  tell(`${replicas} Pods`);
  const began = performance.now();
  await gantry.graphql('mutation ($input: DeploymentInput!) { createDeployment(input: $input) { revision } }', { input: deployment() });
  await until(async () => {
    const { deployment: found } = await gantry.graphql<{ deployment: { status: { readyReplicas: number } } }>('{ deployment(name: "bench") { status { readyReplicas } } }');
    return found.status.readyReplicas === replicas;
  }, 'all Pods run', 120_000);
  const ours = (replicas * 1000) / (performance.now() - began);
  tell('removing');
  await gantry.graphql('mutation { deleteDeployment(name: "bench", propagationPolicy: FOREGROUND) { revision } }');
  await until(async () => (await listContainers(socket)).length === 0, 'no container is left', 120_000);
  tell('bare Docker');
  const bareBegan = performance.now();
  let made = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => { while (made < replicas) await startBare(socket, made++); }));
  const bare = (replicas * 1000) / (performance.now() - bareBegan);
  return [{
    what: `Deployment of ${replicas} on Docker, all Running`, reach: '≥ 0.85 of the bare rate', measured: `${ours.toFixed(1)} Pods/s`, peer: `Docker, ${atOnce} at once ${bare.toFixed(1)} Pods/s`, ratio: ours / bare,
  }, ...memory];
};

function deployment(): object {
  const labels = { app: 'bench' };
  return {
    metadata: { name: 'bench' },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image, command: ['/bin/busybox', 'sleep', '3600'] }] } } },
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

/** Resident memory of the server and the agent that `npm start` has begotten. */
function memoryRows(pid: number): readonly Row[] {
  const found = new Map<string, number>();
  for (const each of descendants(pid)) {
    const command = readFileSync(`/proc/${each}/cmdline`, 'utf8');
    const megabytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1]) * 1024 / 1e6;
    if (command.includes('src/main/start.ts')) found.set('server', megabytes);
    if (command.includes('agent/main.')) found.set('agent', megabytes);
  }
  return ([['server', 200], ['agent', 120]] as const).map(([name, most]) => ({ what: `memory at rest: ${name}`, reach: `≤ ${most} MB`, measured: `${Math.round(found.get(name) ?? NaN)} MB` }));
}

function descendants(pid: number): readonly number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => parentOf(name) === pid).map(Number);
  return [pid, ...children.flatMap(descendants)];
}

function parentOf(pid: string): number {
  try { return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]); } catch { return NaN; }
}
