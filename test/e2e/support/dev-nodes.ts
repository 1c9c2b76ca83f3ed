import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectFile } from '../../../src/lib/project-file.ts';
import { dockerGet, listContainers } from './docker.ts';
import type { Gantry } from './gantry.ts';

const root = projectFile('');
const run = promisify(execFile);

/** `gantry …` against a running Gantry; what it printed. Rejects with what it complained of. */
export async function gantryCommand(gantry: Pick<Gantry, 'url' | 'stateFolder'>, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, VITEST: undefined, NODE_ENV: undefined, GANTRY_STATE: gantry.stateFolder, GANTRY_SERVER: gantry.url };
  const { stdout } = await run(process.execPath, [path.join(root, 'scripts/gantry.mjs'), ...args], { env }).catch((error: Error & { stdout: string; stderr: string }) => {
    throw new Error(`gantry ${args.join(' ')}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}

/** `ip` inside a development node. */
export async function ipOf(namespace: string, ...args: readonly string[]): Promise<string> {
  return (await run('ip', ['-n', namespace, ...args])).stdout;
}

/** What a Pod gets at an address: the text of the answer, asked for from inside its network. Rejects when there is none within 5 s. */
export async function askFromPod(socket: string, podName: string, url: string): Promise<string> {
  return runInPod(socket, podName, `fetch(${JSON.stringify(url)}, { signal: AbortSignal.timeout(5000) }).then((r) => r.text()).then((t) => process.stdout.write(t))`);
}

/** Whether a Pod gets an answer at an address within 1.5 s. A name is asked for at the cluster's DNS first, which must answer as quickly. */
export async function reachesFromPod(socket: string, podName: string, url: string): Promise<boolean> {
  const script = `(async () => {
    const url = new URL(${JSON.stringify(url)}), resolver = new (require('node:dns').promises.Resolver)({ timeout: 1500, tries: 1 });
    resolver.setServers(['10.96.0.10']);
    if (!require('node:net').isIP(url.hostname)) url.hostname = (await resolver.resolve4(url.hostname))[0];
    await (await fetch(url, { signal: AbortSignal.timeout(1500) })).text();
  })().then(() => process.stdout.write('yes'), () => process.stdout.write('no'))`;
  return (await runInPod(socket, podName, script)) === 'yes';
}

async function runInPod(socket: string, podName: string, script: string): Promise<string> {
  const container = (await listContainers(socket)).find((one) => one.podName === podName);
  if (!container) throw new Error(`no container of Pod ${podName} at ${socket}`);
  const { State } = JSON.parse(await dockerGet(socket, `/containers/${container.id}/json`)) as { State: { Pid: number } };
  return (await run('nsenter', ['-t', String(State.Pid), '-n', process.execPath, '-e', script])).stdout;
}

/** The agent of a development node. */
export function agentPid(folder: string, index: number): number {
  return Number(readFileSync(path.join(folder, String(index), 'agent.pid'), 'utf8'));
}
