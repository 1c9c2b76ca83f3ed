import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploymentInput, startTestApi } from './support.ts';
import type { Json, TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await startTestApi(); });
afterAll(() => api[Symbol.asyncDispose]());

const deployment = async (name: string) => (await api.get('query($name: String!) { deployment(name: $name) { metadata { uid generation annotations } spec { replicas paused template { metadata { labels annotations } spec { containers { image } } } } } }', { name }))['deployment'] as Json;
const create = (name: string) => api.get('mutation($input: DeploymentInput!) { createDeployment(input: $input) { revision } }', { input: deploymentInput(name) });
const verb = (text: string) => api.ask(`mutation { ${text} { revision } }`);

/** A ReplicaSet as the Deployment's controller would have made it. */
async function revision(name: string, number: number, image: string): Promise<void> {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: (await deployment(name))['metadata']?.['uid'], controller: true };
  const labels = { app: name, 'pod-template-hash': `h${number}` };
  const input = {
    metadata: { name: `${name}-h${number}`, labels, annotations: { 'deployment.kubernetes.io/revision': String(number) }, ownerReferences: [owner] },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } } },
  };
  await api.get('mutation($input: ReplicaSetInput!) { createReplicaSet(input: $input) { revision } }', { input });
}

test('scale, pause, resume and restart change just that', async () => {
  await create('web');
  const before = await deployment('web');
  await api.get('mutation { scaleDeployment(name: "web", replicas: 7) { deployment { spec { replicas } } } }');
  expect((await deployment('web'))['spec']).toEqual({ ...before['spec'], replicas: 7 });
  expect((await verb('scaleDeployment(name: "web", replicas: -1)')).errors[0]?.extensions.code).toBe('INVALID');
  expect((await verb('scaleDeployment(name: "nobody", replicas: 1)')).errors[0]?.extensions.code).toBe('NOT_FOUND');
  await verb('pauseDeployment(name: "web")');
  expect((await deployment('web'))['spec']?.['paused']).toBe(true);
  expect((await verb('restartDeployment(name: "web")')).errors[0]?.extensions.code).toBe('FORBIDDEN');
  await verb('resumeDeployment(name: "web")');
  await verb('restartDeployment(name: "web", dryRun: true)');
  expect((await deployment('web'))['spec']?.['template']).toEqual(before['spec']?.['template']);
  await verb('restartDeployment(name: "web")');
  expect((await deployment('web'))['spec']?.['template']?.['metadata']?.['annotations']).toEqual({ 'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^\d{4}-.*Z$/) });
});

describe('rollback', () => {
  beforeAll(async () => {
    await create('back');
    for (const [number, image] of [[1, 'hello:0'], [2, 'hello:2'], [4, 'hello:1']] as const) await revision('back', number, image);
  });
  const image = async () => (await deployment('back'))['spec']?.['template']?.['spec']?.['containers'];

  test('to the previous revision, to any, and to what is there already', async () => {
    await api.get('mutation { rollbackDeployment(name: "back") { revision } }');
    expect(await image()).toEqual([{ image: 'hello:2' }]);
    expect((await deployment('back'))['spec']?.['template']?.['metadata']?.['labels']).toEqual({ app: 'back' });
    await api.get('mutation { rollbackDeployment(name: "back", toRevision: 1) { revision } }');
    expect(await image()).toEqual([{ image: 'hello:0' }]);
    const { metadata } = await deployment('back');
    expect(await api.get('mutation { rollbackDeployment(name: "back", toRevision: 1) { revision deployment { metadata { generation } } } }')).toEqual({ rollbackDeployment: { revision: null, deployment: { metadata: { generation: metadata?.['generation'] } } } });
  });

  test('is refused to an unknown revision and while paused', async () => {
    const unknown = await verb('rollbackDeployment(name: "back", toRevision: 3)');
    expect(unknown.errors[0]).toMatchObject({ message: expect.stringContaining('it has 1, 2, 4'), extensions: { code: 'NOT_FOUND' } });
    expect((await verb('rollbackDeployment(name: "back", toRevision: -1)')).errors[0]?.extensions.code).toBe('INVALID');
    await verb('pauseDeployment(name: "back")');
    expect((await verb('rollbackDeployment(name: "back", toRevision: 2)')).errors[0]?.extensions.code).toBe('FORBIDDEN');
    await create('fresh');
    expect((await verb('rollbackDeployment(name: "fresh")')).errors[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

test('cordon and uncordon keep the other taints, also while others write', async () => {
  await api.get('mutation { createNode(input: {metadata: {name: "n"}, spec: {taints: [{key: "own", effect: NoExecute}]}}) { revision } }');
  const node = async () => (await api.get('{ node(name: "n") { spec { unschedulable taints { key effect } } } }'))['node']?.['spec'];
  const label = (i: number) => api.get('mutation($labels: StringMapPatch) { patchNode(name: "n", patch: {metadata: {labels: $labels}}) { revision } }', { labels: { i: String(i) } });
  const [cordoned] = await Promise.all([verb('cordonNode(name: "n")'), ...Array.from({ length: 10 }, (_, i) => label(i))]);
  expect(cordoned.errors).toEqual([]);
  expect(await node()).toEqual({ unschedulable: true, taints: [{ key: 'own', effect: 'NoExecute' }, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] });
  expect((await verb('cordonNode(name: "n")')).data).toEqual({ cordonNode: { revision: null } });
  await verb('uncordonNode(name: "n")');
  expect(await node()).toEqual({ unschedulable: false, taints: [{ key: 'own', effect: 'NoExecute' }] });
});

test('join tokens say when they end, and do; names of nodes have a form', async () => {
  const { createJoinToken } = await api.get('mutation { createJoinToken(expiresInSeconds: 60) { token expiresAt } }');
  const left = Date.parse(String(createJoinToken?.['expiresAt'])) - Date.now();
  expect(left).toBeGreaterThan(30_000);
  expect(left).toBeLessThanOrEqual(65_000);
  expect((await api.fail('mutation { joinNode(name: "Not A Name") { token } }', {}, String(createJoinToken?.['token']))).extensions.code).toBe('INVALID');
  expect((await api.fail('mutation { createJoinToken(expiresInSeconds: 0) { token } }')).extensions.code).toBe('INVALID');
  const { token } = await api.store.credentials.issue({ type: 'join', name: 'short' }, 1);
  await expect.poll(async () => (await api.ask('mutation { joinNode(name: "x") { token } }', {}, token)).status).toBe(401);
});

test('a revoked join token lets nobody in, and who joined with it stays', async () => {
  const { createJoinToken } = await api.get('mutation { createJoinToken { id token } }');
  const token = String(createJoinToken?.['token']), id = String(createJoinToken?.['id']);
  const { joinNode } = await api.get('mutation { joinNode(name: "early") { token } }', {}, token);
  expect((await api.fail('mutation($id: ID!) { revokeJoinToken(id: $id) { id } }', { id }, token)).extensions.code).toBe('FORBIDDEN');
  expect(await api.get('mutation($id: ID!) { revokeJoinToken(id: $id) { id } }', { id })).toEqual({ revokeJoinToken: { id } });
  expect((await api.ask('mutation { joinNode(name: "late") { token } }', {}, token)).status).toBe(401);
  expect((await api.ask('{ revision }', {}, String(joinNode?.['token']))).status).toBe(200);
});
