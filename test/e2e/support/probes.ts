import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Client } from '../../../src/client/client.ts';
import { projectFile } from '../../../src/lib/project-file.ts';
import type { Answers } from '../../integration/proxy/support/network.ts';
import { dockerGet, listContainers } from './docker.ts';
import { until } from './engine.ts';

/** Runs a program; rejects when it fails. */
export const run = promisify(execFile);
/** Where the server `endpoint.mjs` and the client `client.mjs` are. */
export const tools = projectFile('test/integration/proxy/support');

/** Protocol, host, port, how often. */
export type Question = readonly [protocol: 'tcp' | 'udp', host: string, port: number, count?: number];

/** Asks until an answer is as wanted; the answer. */
export async function answerAs<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  let answer = await ask();
  await until(async () => isWanted(answer) || isWanted(answer = await ask()), 'the wanted answer', 30_000).catch((error: Error) => { throw new Error(`${error.message}: ${JSON.stringify(answer)}`); });
  return answer;
}

/** A Pod's address; empty while it has none. */
export async function podIP(client: Client, name: string): Promise<string> {
  return (await client.get('Pod', { name }))?.status.podIP ?? '';
}

/** The process of a Pod's container, by which its network is reached. */
export async function processOf(socket: string, podName: string): Promise<string> {
  const isThere = async () => (await listContainers(socket)).some((one) => one.podName === podName && one.name.includes('wait'));
  await until(isThere, `the container of ${podName} runs`);
  const container = (await listContainers(socket)).find((one) => one.podName === podName && one.name.includes('wait'))!;
  const { State } = JSON.parse(await dockerGet(socket, `/containers/${container.id}/json`)) as { State: { Pid: number } };
  return String(State.Pid);
}

/** Answers to questions asked from a place: the words before a command that bring it there. */
export async function askFrom(where: readonly string[], questions: readonly Question[]): Promise<readonly Answers[]> {
  const [program = process.execPath, ...args] = [...where, process.execPath, path.join(tools, 'client.mjs'), JSON.stringify(questions)];
  return JSON.parse((await run(program, args)).stdout) as Answers[];
}

/** One connection after the other until stopped; then what failed. */
export async function loadFrom(where: readonly string[], host: string, port: number): Promise<{ stop(): Promise<readonly string[]> }> {
  const script = `const { connect } = require('node:net');
    let isRunning = true; process.stdin.on('data', () => { isRunning = false; });
    (async () => { while (isRunning) await new Promise((next) => { const s = connect({ host: ${JSON.stringify(host)}, port: ${port} }); s.on('error', (e) => console.log(e.code)); s.on('close', next); s.resume(); }); process.exit(0); })();
    console.log('started');`;
  const [program = process.execPath, ...args] = [...where, process.execPath, '-e', script];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  await until(() => output.includes('started'), 'the load starts');
  return { async stop() { child.stdin.write('stop'); await once(child, 'close'); return output.split('\n').filter((line) => line !== '' && line !== 'started'); } };
}

/** Answers of the cluster's DNS to questions such as `A name`, asked in a Pod's network: data, or the code of the refusal. */
export async function lookUp(pid: string, questions: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const script = `const { Resolver } = require('node:dns/promises'); const resolver = new Resolver({ timeout: 3000, tries: 3 }); resolver.setServers(['10.96.0.10']);
    const tell = (one) => typeof one === 'string' ? one : Array.isArray(one) ? one.join('') : one.port + ' ' + one.name;
    (async () => { const out = {}; for (const q of ${JSON.stringify(questions)}) { const [type, name] = q.split(' '); out[q] = await resolver.resolve(name, type).then((all) => all.map(tell).sort(), (e) => e.code); } console.log(JSON.stringify(out)); })();`;
  return JSON.parse((await run('nsenter', ['-t', pid, '-n', process.execPath, '-e', script])).stdout) as Readonly<Record<string, unknown>>;
}
