import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';
import { startLoad } from './support/load.ts';

const url = 'http://127.0.0.1:30080/';

/** A new version arrives, and goes again, while clients keep asking. */
describe('rollout on real containers', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gantry-'));
  let gantry: Gantry;
  beforeAll(async () => { gantry = await startGantry({ stateFolder }); });
  afterAll(async () => { await leaveNothing(gantry, stateFolder); });

  test('a rolling update loses no request', async () => {
    const load = startLoad(url, 4);
    await until(async () => (await fetch(url)).ok, 'the page answers');
    await setImage(gantry, 'gantry/hello:2');
    await until(() => isComplete(gantry), 'the rollout is complete', 120_000);
    const { answers, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(answers.length).toBeGreaterThan(100);
    expect(new Set(answers.map((a) => a.replace(/hello-[a-z0-9]+-[a-z0-9]{5}/g, ''))).size).toBeGreaterThan(1);
  });

  test('a rollback brings the old version back under a new revision', async () => {
    await gantry.graphql('mutation { rollbackDeployment(name: "hello") { revision } }');
    await until(async () => await image(gantry) === 'gantry/hello:1' && await isComplete(gantry), 'the old version runs', 120_000);
    const { deployment } = await gantry.graphql<{ deployment: { metadata: { annotations: Record<string, string> } } }>('{ deployment(name: "hello") { metadata { annotations } } }');
    expect(deployment.metadata.annotations['deployment.kubernetes.io/revision']).toBe('3');
  });

  test('an image that does not exist keeps the old version serving and says why', async () => {
    await setImage(gantry, '127.0.0.1:1/nowhere:1');
    await until(async () => (await waitingReasons(gantry)).some((reason) => /ErrImagePull|ImagePullBackOff/.test(reason)), 'the new Pod says what is wrong');
    const load = startLoad(url, 2);
    await gantry.graphql('mutation { rollbackDeployment(name: "hello") { revision } }');
    await until(() => isComplete(gantry), 'the rollback is complete', 120_000);
    expect((await load.stop()).failures).toEqual([]);
  });

  test('pause, two edits and resume make one rollout', async () => {
    const before = await replicaSets(gantry);
    await gantry.graphql('mutation { pauseDeployment(name: "hello") { revision } }');
    await setEnv(gantry, 'FIRST');
    await setEnv(gantry, 'SECOND');
    await gantry.graphql('mutation { resumeDeployment(name: "hello") { revision } }');
    await until(() => isComplete(gantry), 'the rollout is complete', 120_000);
    expect(await replicaSets(gantry)).toBe(before + 1);
  });

  test('scaling to 5 and back to 1 shows the four counts', async () => {
    for (const replicas of [5, 1]) {
      await gantry.graphql('mutation ($replicas: Int!) { scaleDeployment(name: "hello", replicas: $replicas) { revision } }', { replicas });
      await until(async () => {
        const { spec, status } = await counts(gantry);
        return [spec.replicas, status.replicas, status.updatedReplicas, status.availableReplicas].every((n) => n === replicas);
      }, `DESIRED, CURRENT, UP_TO_DATE and AVAILABLE are ${replicas}`, 120_000);
    }
  });
});

interface Counts { spec: { replicas: number }; status: { replicas: number; updatedReplicas: number; availableReplicas: number; observedGeneration: number }; metadata: { generation: number } }

async function counts(gantry: Gantry): Promise<Counts> {
  const { deployment } = await gantry.graphql<{ deployment: Counts }>('{ deployment(name: "hello") { metadata { generation } spec { replicas } status { replicas updatedReplicas availableReplicas observedGeneration } } }');
  return deployment;
}

async function isComplete(gantry: Gantry): Promise<boolean> {
  const { metadata, spec, status } = await counts(gantry);
  return status.observedGeneration >= metadata.generation && [status.replicas, status.updatedReplicas, status.availableReplicas].every((n) => n === spec.replicas);
}

async function setImage(gantry: Gantry, image: string): Promise<void> {
  await gantry.graphql(`mutation ($input: DeploymentPatch!) { applyDeployment(name: "hello", fieldManager: "test", force: true, input: $input) { revision } }`,
    { input: { spec: { template: { spec: { containers: [{ name: 'hello', image }] } } } } });
}

async function setEnv(gantry: Gantry, value: string): Promise<void> {
  await gantry.graphql(`mutation ($patch: DeploymentPatch!) { patchDeployment(name: "hello", patch: $patch) { revision } }`, { patch: { spec: { template: { metadata: { annotations: { edit: value } } } } } });
}

async function image(gantry: Gantry): Promise<string> {
  const { deployment } = await gantry.graphql<{ deployment: { spec: { template: { spec: { containers: { image: string }[] } } } } }>('{ deployment(name: "hello") { spec { template { spec { containers { image } } } } } }');
  return deployment.spec.template.spec.containers[0]!.image;
}

async function replicaSets(gantry: Gantry): Promise<number> {
  const { deployment } = await gantry.graphql<{ deployment: { replicaSets: { totalCount: number } } }>('{ deployment(name: "hello") { replicaSets { totalCount } } }');
  return deployment.replicaSets.totalCount;
}

async function waitingReasons(gantry: Gantry): Promise<string[]> {
  const { pods } = await gantry.graphql<{ pods: { nodes: { status: { containerStatuses: { state: { waiting: { reason: string } | null } }[] } }[] } }>(
    '{ pods(labelSelector: "app=hello") { nodes { status { containerStatuses { state { waiting { reason } } } } } } }');
  return pods.nodes.flatMap((p) => p.status.containerStatuses.flatMap((c) => c.state.waiting?.reason ?? []));
}
