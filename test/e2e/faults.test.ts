import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dockerPost, listContainers, runningContainers } from './support/docker.ts';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';

/** Whatever dies comes back, and what did not die is left alone. */
describe('faults', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gantry-'));
  const socket = inject('dockerSocket');
  let gantry: Gantry;
  beforeAll(async () => { gantry = await startGantry({ stateFolder }); });
  afterAll(async () => { await leaveNothing(gantry, stateFolder); });

  test('an agent that is killed is started again and adopts every container', async () => {
    const before = await runningContainers(socket), restarts = await restartCounts(gantry), killed = agentPid(stateFolder);
    process.kill(killed, 'SIGKILL');
    await until(() => { const pid = agentPid(stateFolder); return pid !== 0 && pid !== killed; }, 'another agent runs');
    await until(async () => (await readyPods(gantry)) === 3, 'all Pods are ready');
    await heartbeatAfter(gantry, Date.now());
    expect(await runningContainers(socket)).toEqual(before);
    expect(await restartCounts(gantry)).toEqual(restarts);
  });

  test('a container that dies while the server is frozen is restarted, and the status catches up', async () => {
    const victim = (await listContainers(socket)).find((c) => c.name.startsWith('k8s_hello_'))!;
    process.kill(serverPid(stateFolder), 'SIGSTOP');
    try {
      await dockerPost(socket, `/containers/${victim.id}/kill`);
      await until(async () => (await listContainers(socket)).some((c) => c.podUid === victim.podUid && c.name.startsWith('k8s_hello_') && c.id !== victim.id), 'a new container of the same Pod runs');
    } finally {
      process.kill(serverPid(stateFolder), 'SIGCONT');
    }
    await until(async () => (await restartCounts(gantry))[victim.podName] === 1 && (await readyPods(gantry)) === 3, 'the API knows of the restart');
  });

  test('the death of a pause container makes the whole Pod anew on the same node', async () => {
    const pause = (await listContainers(socket)).find((c) => c.name.startsWith('k8s_POD_hello-'))!;
    const before = (await restartCounts(gantry))[pause.podName]!;
    await dockerPost(socket, `/containers/${pause.id}/kill`);
    await until(async () => (await listContainers(socket)).filter((c) => c.podUid === pause.podUid && c.id !== pause.id).length >= 2, 'a new sandbox and container run');
    await until(async () => ((await restartCounts(gantry))[pause.podName] ?? 0) > before && (await readyPods(gantry)) === 3, 'the Pod is ready again, its restart counted');
  });

  test('a server killed in the middle of a rollout finishes it after the next start', async () => {
    await gantry.graphql('mutation { restartDeployment(name: "hello") { revision } }');
    const revision = BigInt((await gantry.graphql<{ revision: string }>('{ revision }')).revision);
    process.kill(serverPid(stateFolder), 'SIGKILL');
    await until(() => gantry.process.exitCode !== null || gantry.process.signalCode !== null, 'the killed start has ended');
    gantry = await startGantry({ stateFolder });
    await until(async () => {
      const { deployment: { spec, status, metadata } } = await gantry.graphql<{ deployment: { metadata: { generation: number }; spec: { replicas: number }; status: Record<string, number> } }>(
        '{ deployment(name: "hello") { metadata { generation } spec { replicas } status { replicas updatedReplicas availableReplicas observedGeneration } } }');
      return status['observedGeneration']! >= metadata.generation && ['replicas', 'updatedReplicas', 'availableReplicas'].every((name) => status[name] === spec.replicas);
    }, 'the rollout is complete', 120_000);
    expect(BigInt((await gantry.graphql<{ revision: string }>('{ revision }')).revision)).toBeGreaterThan(revision);
    await until(async () => (await listContainers(socket)).filter((c) => c.name.startsWith('k8s_hello_')).length === 3, 'exactly three containers of the Deployment run');
  });
});

const serverPid = (stateFolder: string) => Number(readFileSync(path.join(stateFolder, 'gantry.pid'), 'utf8'));

/** Empty for a process that is gone. */
function commandOf(pid: string): string {
  try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8'); } catch { return ''; }
}

/** The agent among the children of the server process; 0 while there is none. */
function agentPid(stateFolder: string): number {
  const server = serverPid(stateFolder);
  const children = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return Number(children.find((pid) => commandOf(pid).includes('agent/main.')) ?? 0);
}

interface PodView { metadata: { name: string; deletionTimestamp: string | null }; status: { conditions: { type: string; status: string }[]; containerStatuses: { restartCount: number }[] } }

async function podViews(gantry: Gantry): Promise<PodView[]> {
  const { pods } = await gantry.graphql<{ pods: { nodes: PodView[] } }>(
    '{ pods(labelSelector: "app=hello") { nodes { metadata { name deletionTimestamp } status { conditions { type status } containerStatuses { restartCount } } } } }');
  return pods.nodes.filter((p) => !p.metadata.deletionTimestamp);
}

async function readyPods(gantry: Gantry): Promise<number> {
  return (await podViews(gantry)).filter((p) => p.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True')).length;
}

async function restartCounts(gantry: Gantry): Promise<Record<string, number>> {
  return Object.fromEntries((await podViews(gantry)).map((p) => [p.metadata.name, p.status.containerStatuses[0]?.restartCount ?? 0]));
}

/** Waits until the node's Ready condition was observed after a moment: the new agent reports. */
async function heartbeatAfter(gantry: Gantry, ms: number): Promise<void> {
  await until(async () => {
    const { nodes } = await gantry.graphql<{ nodes: { nodes: { status: { conditions: { type: string; lastHeartbeatTime: string | null }[] } }[] } }>('{ nodes { nodes { status { conditions { type lastHeartbeatTime } } } } }');
    const beat = nodes.nodes[0]?.status.conditions.find((c) => c.type === 'Ready')?.lastHeartbeatTime;
    return beat !== null && beat !== undefined && Date.parse(beat) >= ms;
  }, 'the agent reports the node');
}
