import { afterAll, beforeAll, expect, test } from 'vitest';
import { podInput, startTestApi } from './support.ts';
import type { TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const owner = (kind: string) => [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'uid-web', controller: true }];
  const pod = (name: string, metadata: object, spec: object = {}) => ({ verb: 'create', kind: 'Pod', input: { ...podInput(name, { spec: { nodeName: 'node-1', ...spec } }), metadata: { name, labels: { app: name }, ...metadata } } }) as const;
  await api.registry.commit([
    { verb: 'create', kind: 'Node', input: { metadata: { name: 'node-1' } } },
    pod('bare', {}), pod('daemon', { ownerReferences: owner('DaemonSet') }), pod('managed', { ownerReferences: owner('ReplicaSet') }),
    pod('scratch', { ownerReferences: owner('ReplicaSet') }, { volumes: [{ name: 'data', emptyDir: {} }] }), pod('static', { annotations: { 'kubernetes.io/config.mirror': '1' } }),
  ], { actor: 'test' });
});
afterAll(() => api[Symbol.asyncDispose]());

const drain = (options: string) => api.ask(`mutation { drainNode(name: "node-1"${options}) { steps { action reason pod { metadata { name } } } node { spec { unschedulable } } nodeDrain { spec { timeoutSeconds podSelector { matchExpressions { key operator values } } } status { phase } metadata { ownerReferences { kind name } } } revision } }`);
const node = () => api.store.snapshot().get('Node', '', 'node-1')!;

test('Pods in the way are all named with the option that lets them go, and nothing is begun', async () => {
  const [error] = (await drain('')).errors;
  expect(error?.extensions.code).toBe('FORBIDDEN');
  expect(error?.message).toMatch(/Node "node-1" is not drained: Pod "default\/bare": .*force.*; Pod "default\/daemon": .*ignoreDaemonSets.*; Pod "default\/scratch": .*deleteEmptyDirData/);
  expect(node().spec.unschedulable).toBe(false);
  expect(api.store.snapshot().count('NodeDrain')).toBe(0);
});

test('a dry run tells the plan and begins nothing', async () => {
  const { data } = await drain(', ignoreDaemonSets: true, dryRun: true');
  const steps = data['drainNode']?.['steps'] as unknown as readonly { action: string; pod: { metadata: { name: string } } }[];
  expect(steps.map(({ action, pod }) => [pod.metadata.name, action])).toEqual([['bare', 'REFUSE'], ['daemon', 'LEAVE'], ['managed', 'EVICT'], ['scratch', 'REFUSE'], ['static', 'LEAVE']]);
  expect(data['drainNode']).toMatchObject({ revision: null, node: { spec: { unschedulable: true } } });
  expect(node().spec.unschedulable).toBe(false);
});

test('one change set cordons the node and asks for its draining; asked again it goes on; one that had ended begins anew; uncordoning ends it', async () => {
  const options = ', ignoreDaemonSets: true, deleteEmptyDirData: true, force: true, timeoutSeconds: 60, podSelector: "app in (bare,managed)"';
  const { data } = await drain(options);
  expect(data['drainNode']).toMatchObject({
    node: { spec: { unschedulable: true } },
    nodeDrain: { spec: { timeoutSeconds: 60, podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['bare', 'managed'] }] } }, status: { phase: 'Pending' }, metadata: { ownerReferences: [{ kind: 'Node', name: 'node-1' }] } },
  });
  const request = api.store.snapshot().get('NodeDrain', '', 'node-1')!;
  expect(request.metadata.resourceVersion).toBe(node().metadata.resourceVersion);
  expect((await drain(options)).data['drainNode']).toMatchObject({ revision: null });
  await api.registry.commit([{ verb: 'updateStatus', kind: 'NodeDrain', target: { name: 'node-1' }, status: { ...request.status, phase: 'Failed', observedGeneration: 1 } }], { actor: 'test' });
  expect((await drain(options)).data['drainNode']).toMatchObject({ nodeDrain: { status: { phase: 'Pending' } } });
  expect((await api.get('{ node(name: "node-1") { drain { status { phase } } } }'))['node']).toEqual({ drain: { status: { phase: 'Pending' } } });
  await api.get('mutation { uncordonNode(name: "node-1") { revision } }');
  expect(node().spec.unschedulable).toBe(false);
  expect(api.store.snapshot().count('NodeDrain')).toBe(0);
});

test('there must be such a node, and the selector must be one', async () => {
  expect((await api.fail('mutation { drainNode(name: "node-9") { revision } }')).extensions.code).toBe('NOT_FOUND');
  const error = await api.fail('mutation { drainNode(name: "node-1", podSelector: "a in") { revision } }');
  expect([error.extensions.code, error.message]).toEqual(['INVALID', expect.stringContaining('podSelector')]);
});
