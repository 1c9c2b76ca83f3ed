import { mkdir, readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../command.ts';
import { answers, removeContainers } from './docker.ts';
import type { DevNode } from './plan-dev-nodes.ts';
import { runningProcess, startDetached, stopProcess } from './process-file.ts';
import { runProgram } from './run-program.ts';

type EngineOf = Pick<DevNode, 'namespace' | 'folder' | 'socket' | 'cgroup' | 'podCIDR'>;

const startMs = 60_000;
/** Unix sockets' paths end here, and Docker makes some that are longer than its own. */
const longestSocket = 80;

const pidFile = (node: Pick<DevNode, 'folder'>): string => `${node.folder}/docker.pid`;

/** Sees to it that a node's Docker Engine runs, its own bridge in the node's range of Pod addresses. */
export async function ensureEngine(node: EngineOf): Promise<void> {
  const { folder, socket, podCIDR } = node;
  if (socket.length > longestSocket) throw new CommandFailure(`${folder} is too long a path for Docker's sockets; set GANTRY_STATE to a shorter one`);
  if ((await runningProcess(pidFile(node), folder)) === undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The engine's own too: one that was killed leaves it, and the next would take a process of the same number for it.
    for (const left of [pidFile(node), `${folder}/dockerd.pid`]) await rm(left, { force: true });
    // nsenter, not `ip netns exec`: the latter mounts another /sys and hides the control groups that Docker needs.
    await startDetached(['nsenter', `--net=/run/netns/${node.namespace}`, 'dockerd', '--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '-H', `unix://${socket}`,
      '--pidfile', `${folder}/dockerd.pid`, '--bip', podCIDR.replace(/\.0\//, '.1/'), '--cgroup-parent', `/${node.cgroup}`, '--ip-masq=false', '--userland-proxy=false', '--live-restore'],
    pidFile(node), `${folder}/dockerd.log`);
  }
  for (const end = Date.now() + startMs; !(await answers(socket)); await pause(50)) {
    if ((await runningProcess(pidFile(node), folder)) === undefined) throw new CommandFailure(`the Docker Engine of ${node.namespace} ended; its log is ${folder}/dockerd.log${await lastLines(`${folder}/dockerd.log`)}`);
    if (Date.now() > end) throw new CommandFailure(`the Docker Engine of ${node.namespace} does not answer; its log is ${folder}/dockerd.log`);
  }
}

/** Removes a node's containers and ends its engine. An engine that died is started for it: only an engine can remove containers cleanly. */
export async function removeEngine(node: EngineOf): Promise<void> {
  await ensureEngine(node);
  await removeContainers(node.socket);
  await stopProcess(pidFile(node), node.folder);
}

/** Ends all mounts below a folder, the innermost first. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '').filter((point) => point.startsWith(`${folder}/`));
  for (const point of mounts.reverse()) await runProgram('umount', point);
}

/** Removes the empty control groups that an engine leaves behind. */
export async function removeControlGroups(name: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  const hierarchies = ['.', ...(await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name)];
  for (const hierarchy of hierarchies) await removeTree(`${root}/${hierarchy}/${name}`);
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(`${folder}/${entry.name}`);
  await rmdir(folder).catch(() => undefined);
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).map((line) => `\n    ${line}`).join('');
}
