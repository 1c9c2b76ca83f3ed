import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dockerPost, listContainers, runningContainers } from './support/docker.ts';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';

/** The first minute of a newcomer, as the README tells it. */
describe('hello cluster', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gantry-'));
  const socket = inject('dockerSocket');
  let gantry: Gantry;
  beforeAll(async () => { gantry = await startGantry({ stateFolder }); });
  afterAll(async () => { await leaveNothing(gantry, stateFolder); });

  test('the admin token is for its owner only', () => {
    expect(statSync(path.join(stateFolder, 'admin.token')).mode & 0o777).toBe(0o600);
  });

  test('all three Pods answer behind the node port', async () => {
    const seen = new Set<string>();
    await until(async () => { seen.add(podNameIn(await page())); return seen.size === 3; }, 'three Pods have answered', 20_000);
    const { pods } = await gantry.graphql<{ pods: { nodes: { metadata: { name: string } }[] } }>('{ pods(labelSelector: "app=hello") { nodes { metadata { name } } } }');
    expect(pods.nodes.map((p) => p.metadata.name).sort()).toEqual([...seen].sort());
  });

  test('900 connections are spread evenly', async () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 900; i++) { const name = podNameIn(await page()); counts.set(name, (counts.get(name) ?? 0) + 1); }
    expect(counts.size).toBe(3);
    // A fair choice stays within this in all but one of ten million runs.
    for (const count of counts.values()) { expect(count).toBeGreaterThanOrEqual(220); expect(count).toBeLessThanOrEqual(380); }
  });

  test('a Pod that is deleted is replaced', async () => {
    const before = await podNames(gantry);
    await gantry.graphql('mutation ($name: String!) { deletePod(name: $name, gracePeriodSeconds: 1) { revision } }', { name: before[0] });
    await until(async () => {
      const now = await podNames(gantry, true);
      return now.length === 3 && !now.includes(before[0]!);
    }, 'another Pod took its place');
  });

  test('a container that is killed is started again, and counted', async () => {
    const victim = (await listContainers(socket)).find((c) => c.name.startsWith('k8s_hello_hello-'))!;
    await dockerPost(socket, `/containers/${victim.id}/kill`);
    await until(async () => {
      const { pod } = await gantry.graphql<{ pod: { status: { containerStatuses: { restartCount: number; ready: boolean }[] } } }>(
        'query ($name: String!) { pod(name: $name) { status { containerStatuses { restartCount ready } } } }', { name: victim.podName });
      return pod.status.containerStatuses[0]?.restartCount === 1 && pod.status.containerStatuses[0].ready;
    }, 'the container runs again');
  });

  test('Ctrl-C leaves Pods running, and the next start adopts them', async () => {
    const before = await runningContainers(socket);
    expect(await gantry.stop()).toBe(0);
    expect(gantry.output()).toContain('Pods keep running');
    expect(podNameIn(await page())).toMatch(/^hello-/);
    expect(await runningContainers(socket)).toEqual(before);
    gantry = await startGantry({ stateFolder });
    expect(await runningContainers(socket)).toEqual(before);
    expect((await podNames(gantry, true)).length).toBe(3);
  });
});

async function page(): Promise<string> {
  const response = await fetch('http://127.0.0.1:30080/', { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) });
  return response.text();
}

function podNameIn(text: string): string {
  return /hello-[a-z0-9]+-[a-z0-9]{5}/.exec(text)?.[0] ?? `no Pod name in ${JSON.stringify(text)}`;
}

async function podNames(gantry: Gantry, readyOnly = false): Promise<string[]> {
  const { pods } = await gantry.graphql<{ pods: { nodes: { metadata: { name: string }; status: { conditions: { type: string; status: string }[] } }[] } }>(
    '{ pods(labelSelector: "app=hello") { nodes { metadata { name } status { conditions { type status } } } } }');
  return pods.nodes.filter((p) => !readyOnly || p.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True')).map((p) => p.metadata.name).sort();
}
