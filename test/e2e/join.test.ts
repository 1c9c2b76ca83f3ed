import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { dockerGet, dockerPost } from './support/docker.ts';
import { gantryCommand } from './support/dev-nodes.ts';
import { until } from './support/engine.ts';
import { leaveNothing, resetGantry, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A server without a node, and the machine that joins it: another state folder stands for another clone. */
describe('gantry node join', () => {
  const [serverFolder, nodeFolder] = ['gs-', 'gj-'].map((prefix) => mkdtempSync(path.join(tmpdir(), prefix))) as [string, string];
  let gantry: Gantry;
  beforeAll(async () => {
    const socket = inject('dockerSocket');
    for (const { RepoTags } of JSON.parse(await dockerGet(socket, '/images/json')) as { RepoTags: string[] | null }[]) for (const name of (RepoTags ?? []).filter((one) => one.startsWith('gantry/hello'))) await dockerPost(socket, `/images/${name}`, undefined, 'DELETE');
    gantry = await startGantry({ stateFolder: serverFolder, args: ['--agent', 'no'], env: { GANTRY_NODE_MONITOR_GRACE_SECONDS: '6', GANTRY_NODE_MONITOR_PERIOD_SECONDS: '1' } });
  });
  afterAll(async () => {
    expect(await resetGantry(nodeFolder)).toMatchObject({ code: 0 });
    await leaveNothing(gantry, serverFolder);
  });

  /** The command, as a person of another machine would give it, which has no administrator's token. */
  const join = (...args: readonly string[]): ChildProcess & { output(): string } => {
    const env = { ...process.env, VITEST: undefined, NODE_ENV: undefined, GANTRY_STATE: nodeFolder };
    const child = spawn(process.execPath, [path.join(root, 'scripts/gantry.mjs'), 'node', 'join', '--server', new URL(gantry.url).origin, '--node-name', 'newcomer', '--heartbeat', '1', ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => { text += part; });
    return Object.assign(child, { output: () => text });
  };
  const stop = async (child: ChildProcess): Promise<number | null> => {
    if (child.exitCode === null && child.kill('SIGINT')) await once(child, 'exit');
    return child.exitCode;
  };
  const refused = async (...args: readonly string[]): Promise<string> => {
    const child = join(...args);
    await once(child, 'close');
    expect(child.exitCode).toBe(1);
    return child.output();
  };
  const nodeStatus = async () => {
    const { node } = await gantry.graphql<{ node: { status: { conditions: { type: string; status: string }[] } } | null }>('{ node(name: "newcomer") { status { conditions { type status } } } }');
    return node?.status.conditions.find(({ type }) => type === 'Ready')?.status;
  };

  test('without a token, with one that was revoked, or with one that has expired, nothing joins, and it says why', async () => {
    expect(await refused()).toMatch(/no credential.*--token/);
    const { createJoinToken } = await gantry.graphql<{ createJoinToken: { id: string; token: string } }>('mutation { createJoinToken(expiresInSeconds: 600) { id token } }');
    await gantry.graphql('mutation ($id: ID!) { revokeJoinToken(id: $id) { id } }', { id: createJoinToken.id });
    expect(await refused('--token', createJoinToken.token)).toMatch(/token/);
    const { createJoinToken: short } = await gantry.graphql<{ createJoinToken: { token: string; expiresAt: string } }>('mutation { createJoinToken(expiresInSeconds: 1) { token expiresAt } }');
    await until(() => Promise.resolve(Date.now() > Date.parse(short.expiresAt)), 'the token has expired');
    expect(await refused('--token', short.token)).toMatch(/token/);
    expect(await nodeStatus()).toBeUndefined();
  });

  test('the machine joins and runs the hello cluster, whose images no registry has; the next time it needs no token, and nothing restarts', async () => {
    const token = (await gantryCommand(gantry, 'node', 'token')).trim();
    const first = join('--token', token);
    onTestFinished(async () => { await stop(first); });
    await until(async () => (await nodeStatus()) === 'True', `the node is ready; it says ${first.output()}`, 120_000);
    expect(first.output()).toMatch(/images +gantry\/hello:1, gantry\/hello:2/);
    await gantryCommand(gantry, 'apply', '-f', path.join(root, 'examples/hello.yaml'));
    const page = () => fetch('http://127.0.0.1:30080', { headers: { connection: 'close' }, signal: AbortSignal.timeout(2000) }).then((answer) => answer.text(), () => '');
    await until(async () => (await page()).startsWith('Hello from hello-'), 'a Pod of the newcomer answers', 120_000);
    const started = async () => (await gantry.graphql<{ pods: { nodes: { status: { containerStatuses: { containerID: string; restartCount: number }[] } }[] } }>('{ pods(labelSelector: "app=hello") { nodes { status { containerStatuses { containerID restartCount } } } } }'))
      .pods.nodes.flatMap(({ status }) => status.containerStatuses.map(({ containerID, restartCount }) => `${containerID} ${restartCount}`)).toSorted();
    let before: readonly string[] = [];
    await until(async () => {
      before = await started();
      return before.length === 3 && before.every((one) => one.startsWith('docker://'));
    }, 'all three run');

    expect(await stop(first)).toBe(0);
    expect(await page()).toMatch(/^Hello from hello-/);
    await until(async () => (await nodeStatus()) === 'Unknown', 'its silence is noticed', 60_000);
    const second = join();
    onTestFinished(async () => { await stop(second); });
    await until(async () => (await nodeStatus()) === 'True', `the node is back; it says ${second.output()}`, 120_000);
    await until(async () => (await page()).startsWith('Hello from hello-'), 'its Pods stand behind the Service again', 60_000);
    expect(await started()).toEqual(before);
    expect(readFileSync(path.join(nodeFolder, 'agent/credential.json'), 'utf8')).not.toContain(token);
    expect(await stop(second)).toBe(0);
  });
});
