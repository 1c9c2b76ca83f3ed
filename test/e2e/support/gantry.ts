import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectFile } from '../../../src/lib/project-file.ts';
import { until } from './engine.ts';

const root = projectFile('');

/** A Gantry started the way a person starts it. */
export interface Gantry {
  readonly url: string;
  readonly stateFolder: string;
  readonly process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** The data of a GraphQL request as administrator; rejects with the errors' messages and codes. */
  graphql<T>(document: string, variables?: Record<string, unknown>): Promise<T>;
  /** Ctrl-C, and its end; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Ends a Gantry, if it runs, and removes all that it made: the next test file finds an empty machine. */
export async function leaveNothing(gantry: Gantry | undefined, stateFolder: string): Promise<void> {
  await gantry?.stop();
  const { code, output } = await resetGantry(stateFolder);
  rmSync(stateFolder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`reset failed: ${output}`);
}

/** `npm run reset -- --yes`; its code and what it printed. */
export function resetGantry(stateFolder: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [path.join(root, 'scripts/run.mjs'), 'reset', '--yes'], { cwd: root, env: { ...process.env, GANTRY_STATE: stateFolder }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
  return new Promise((resolve) => { child.once('close', (code) => resolve({ code, output })); });
}

/** Options of a start. */
export interface StartOptions {
  readonly stateFolder: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `npm start` in the tests' own machine; resolves when it has said how to reach it. The engine's socket comes from DOCKER_HOST of the test run. */
export async function startGantry(options: StartOptions): Promise<Gantry> {
  const child = spawn(process.execPath, [path.join(root, 'scripts/run.mjs'), 'start', ...(options.args ?? [])], {
    cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, VITEST: undefined, NODE_ENV: undefined, GANTRY_STATE: options.stateFolder, ...options.env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
  const ended = new Promise<number | null>((resolve) => { child.once('exit', (code) => resolve(code)); });
  const logs = () => ['server.log', 'agent.log'].map((name) => `--- ${name}\n${tail(path.join(options.stateFolder, name))}`).join('\n');
  await until(() => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}\n${logs()}`);
    return output.includes('Ctrl-C');
  }, 'Gantry says how to reach it', 150_000).catch((error: Error) => { child.kill('SIGKILL'); throw new Error(`${error.message}\n${output}\n${logs()}`); });
  const url = /Playground\s+(\S+)/.exec(output)?.[1] ?? '';
  const token = readFileSync(path.join(options.stateFolder, 'admin.token'), 'utf8').trim();
  return {
    url, stateFolder: options.stateFolder, process: child, output: () => output,
    graphql: <T>(document: string, variables: Record<string, unknown> = {}) => graphqlRequest<T>(url, token, document, variables),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      return ended;
    },
  };
}

/** One GraphQL request; rejects with the errors' codes and messages. */
export async function graphqlRequest<T>(url: string, token: string, query: string, variables: Record<string, unknown>): Promise<T> {
  const response = await fetch(url, {
    method: 'POST', body: JSON.stringify({ query, variables }), signal: AbortSignal.timeout(30_000),
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', authorization: `Bearer ${token}` },
  });
  const { data, errors } = await response.json() as { data?: T; errors?: readonly { message: string; extensions?: { code?: string } }[] };
  if (errors?.length) throw new Error(errors.map((e) => `${e.extensions?.code ?? ''} ${e.message}`).join('; '));
  return data as T;
}

function tail(file: string): string {
  try { return readFileSync(file, 'utf8').slice(-3000); } catch { return '(none)'; }
}
