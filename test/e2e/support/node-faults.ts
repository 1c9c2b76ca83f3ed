import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { agentPid, ipOf } from './dev-nodes.ts';
import { until } from './engine.ts';

/** A development node as faults need it. */
export interface FaultyNode {
  readonly index: number;
  readonly name: string;
  /** Its own folder. */
  readonly folder: string;
  /** Where its link ends, and by which name. */
  readonly switchNamespace: string;
}

/** Ends the agent at once; its containers go on. */
export function killAgent(node: FaultyNode): void {
  process.kill(agentPid(path.dirname(node.folder), node.index), 'SIGKILL');
}

/** Stops every process of the machine in its tracks: agent, engine, containers. Its kernel still forwards packets. */
export function freeze(node: FaultyNode): () => void {
  const stopped = [agentPid(path.dirname(node.folder), node.index), ...enginePids(node), ...containerPids(node)];
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  return () => { for (const pid of stopped.reverse()) process.kill(pid, 'SIGCONT'); };
}

/** Takes the far end of its cable down; everything on the machine goes on. */
export async function cutLink(node: FaultyNode): Promise<() => Promise<void>> {
  const set = (state: 'up' | 'down') => ipOf(node.switchNamespace, 'link', 'set', `to${node.index}`, state);
  await set('down');
  return async () => { await set('up'); };
}

/** Kills the engine and its containerd; containers go on. Resolves when they are gone. */
export async function killDocker(node: FaultyNode): Promise<void> {
  const pids = enginePids(node).filter((pid) => !commandOf(pid).includes('shim'));
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await until(() => pids.every((pid) => commandOf(pid) === ''), 'the engine is dead');
}

function enginePids({ folder }: FaultyNode): readonly number[] {
  return processes().filter((pid) => /^[^\0]*(dockerd|containerd)/.test(commandOf(pid)) && commandOf(pid).includes(`${folder}/`));
}

/** Processes in the node's control groups, whichever hierarchy has them. */
function containerPids({ name }: FaultyNode): readonly number[] {
  const root = '/sys/fs/cgroup';
  const group = ['.', ...readdirSync(root)].map((hierarchy) => path.join(root, hierarchy, `gantry-${name}`)).find((folder) => existsSync(folder));
  return group ? readdirSync(group, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('cgroup.procs')).flatMap((file) => readFileSync(path.join(group, file), 'utf8').trim().split('\n').filter(Boolean).map(Number)) : [];
}

function processes(): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Its words, joined by NUL; empty for one that is gone. */
function commandOf(pid: number): string {
  try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8'); } catch { return ''; }
}
