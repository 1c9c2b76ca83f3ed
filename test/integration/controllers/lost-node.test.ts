import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPodReady } from '../../../src/kinds/pod/pod-state.ts';
import { conditionOf } from '../../../src/model/conditions.ts';
import type { Endpoint } from '../../../src/model/object.ts';
import type { Snapshot } from '../../../src/store/store.ts';
import { change, deployment, eventually, must, newCluster, startServer } from './cluster.ts';
import type { Server } from './cluster.ts';
import { simulatedNodes } from './simulated-nodes.ts';
import type { SimulatedNodes } from './simulated-nodes.ts';

let server: Server;
let nodes: SimulatedNodes;

beforeAll(async () => {
  server = await startServer(await newCluster(), 'server-1', { nodeLifecycle: { monitorPeriodMs: 200, graceMs: 4000, startupGraceMs: 4000, evictionRate: 10 } });
  nodes = await simulatedNodes(server, ['node-1', 'node-2', 'node-3']);
});

afterAll(async () => {
  await nodes?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const endpoints = (snapshot: Snapshot): readonly Endpoint[] => snapshot.withLabel('EndpointSlice', 'default', 'kubernetes.io/service-name', 'web').flatMap((slice) => slice.endpoints);
const readyOn = (snapshot: Snapshot, nodeName: string): readonly Endpoint[] => endpoints(snapshot).filter((endpoint) => endpoint.conditions.ready && endpoint.nodeName === nodeName);

test('a lost node: Unknown, endpoints drop at that revision, Pods are replaced after their toleration, and the old ones go when it is back', async () => {
  const tolerations = ['not-ready', 'unreachable'].map((key) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 4 }) as const);
  await change(
    server, deployment('web', 6),
    { verb: 'patch', kind: 'Deployment', target: { name: 'web' }, patch: { spec: { template: { spec: { tolerations } } } } },
    { verb: 'create', kind: 'Service', input: { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } } },
  );
  const running = await eventually(server, 'six endpoints on three nodes', (snapshot) => ['node-1', 'node-2', 'node-3'].every((name) => readyOn(snapshot, name).length > 0) && endpoints(snapshot).length === 6 && snapshot);
  expect(running.withLabel('EndpointSlice', 'default', 'kubernetes.io/service-name', 'web')[0]?.ports).toEqual([{ name: '', protocol: 'TCP', port: 8080 }]);

  nodes.freeze('node-2');
  const lost = await eventually(server, 'the node to be Unknown', (snapshot) => conditionOf(must(snapshot, 'Node', 'node-2', '').status.conditions, 'Ready')?.status === 'Unknown' && snapshot);
  expect(conditionOf(must(lost, 'Node', 'node-2', '').status.conditions, 'Ready')).toMatchObject({ reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' });
  expect(must(lost, 'Node', 'node-2', '').spec.taints).toContainEqual({ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' });
  expect(lost.podsOnNode('node-2').filter(isPodReady)).toEqual([]);
  const dropped = await eventually(server, 'its endpoints to drop', (snapshot) => readyOn(snapshot, 'node-2').length === 0 && snapshot);
  expect(dropped.podsOnNode('node-2').every((pod) => pod.metadata.deletionTimestamp === undefined)).toBe(true);

  const evicted = await eventually(server, 'replacements elsewhere', (snapshot) => endpoints(snapshot).filter((endpoint) => endpoint.conditions.ready).length === 6 && readyOn(snapshot, 'node-2').length === 0 && snapshot);
  const stuck = evicted.podsOnNode('node-2');
  expect(stuck.length).toBeGreaterThan(0);
  expect(stuck.every((pod) => pod.metadata.deletionTimestamp !== undefined && conditionOf(pod.status.conditions, 'DisruptionTarget')?.reason === 'DeletionByTaintManager')).toBe(true);

  await nodes.thaw('node-2');
  const back = await eventually(server, 'the node to be back', (snapshot) => must(snapshot, 'Node', 'node-2', '').spec.taints.length === 0 && snapshot.podsOnNode('node-2').every((pod) => !stuck.some((old) => old.metadata.uid === pod.metadata.uid)) && snapshot);
  expect(endpoints(back).filter((endpoint) => endpoint.conditions.ready)).toHaveLength(6);
});

test('deleting a Node frees its Pods, and they are replaced', async () => {
  nodes.freeze('node-3');
  await change(server, { verb: 'delete', kind: 'Node', target: { name: 'node-3' } });
  await eventually(server, 'six endpoints on the others', (snapshot) => snapshot.podsOnNode('node-3').length === 0 && endpoints(snapshot).filter((endpoint) => endpoint.conditions.ready).length === 6);
});
