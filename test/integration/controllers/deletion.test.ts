import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Namespace } from '../../../src/model/object.ts';
import type { Snapshot } from '../../../src/store/store.ts';
import { change, deployment, eventually, must, newCluster, startServer } from './cluster.ts';
import type { Server } from './cluster.ts';
import { simulatedNodes } from './simulated-nodes.ts';
import type { SimulatedNodes } from './simulated-nodes.ts';

let server: Server;
let nodes: SimulatedNodes;

beforeAll(async () => {
  server = await startServer(await newCluster(), 'server-1');
  nodes = await simulatedNodes(server, ['node-1', 'node-2']);
});

afterAll(async () => {
  await nodes?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const counts = (snapshot: Snapshot, app: string): readonly number[] => [snapshot.withLabel('ReplicaSet', 'default', 'app', app).length, snapshot.withLabel('Pod', 'default', 'app', app).length];
const running = (app: string, replicas: number) => (snapshot: Snapshot): boolean => must(snapshot, 'Deployment', app).status.availableReplicas === replicas;

test('deleting a Deployment takes its ReplicaSets and Pods with it', async () => {
  await change(server, deployment('background', 3));
  await eventually(server, 'three Pods', running('background', 3));
  await change(server, { verb: 'delete', kind: 'Deployment', target: { name: 'background' } });
  await eventually(server, 'nothing left', (snapshot) => counts(snapshot, 'background').join() === '0,0');
});

test('FOREGROUND: the Deployment goes last', async () => {
  await change(server, deployment('foreground', 3));
  await eventually(server, 'three Pods', running('foreground', 3));
  const order: string[] = [];
  const end = server.store.onChanges((changes) => { for (const { type, object } of changes) if (type === 'DELETED' && object.metadata.name.startsWith('foreground')) order.push(object.kind); });
  await change(server, { verb: 'delete', kind: 'Deployment', target: { name: 'foreground' }, options: { propagationPolicy: 'FOREGROUND' } });
  await eventually(server, 'the Deployment to go', (snapshot) => !snapshot.get('Deployment', 'default', 'foreground'));
  end();
  expect(order.filter((kind) => kind !== 'Event')).toEqual(['Pod', 'Pod', 'Pod', 'ReplicaSet', 'Deployment']);
});

test('ORPHAN: the ReplicaSet stays, and a new Deployment of the same selector adopts it', async () => {
  await change(server, deployment('orphaned', 2));
  const before = await eventually(server, 'two Pods', (snapshot) => running('orphaned', 2)(snapshot) && snapshot.withLabel('Pod', 'default', 'app', 'orphaned'));
  await change(server, { verb: 'delete', kind: 'Deployment', target: { name: 'orphaned' }, options: { propagationPolicy: 'ORPHAN' } });
  const left = await eventually(server, 'the Deployment to go', (snapshot) => !snapshot.get('Deployment', 'default', 'orphaned') && snapshot);
  expect(left.withLabel('ReplicaSet', 'default', 'app', 'orphaned')[0]?.metadata.ownerReferences).toEqual([]);
  await change(server, deployment('orphaned', 2));
  const after = await eventually(server, 'the adoption', (snapshot) => running('orphaned', 2)(snapshot) && snapshot);
  expect(counts(after, 'orphaned')).toEqual([1, 2]);
  expect(after.withLabel('Pod', 'default', 'app', 'orphaned').map((pod) => pod.metadata.uid)).toEqual(before.map((pod) => pod.metadata.uid));
});

test('deleting a ReplicaSet by itself leaves its Pods', async () => {
  const labels = { app: 'left' };
  await change(server, { verb: 'create', kind: 'ReplicaSet', input: { metadata: { name: 'left' }, spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:1' }] } } } } });
  await eventually(server, 'two Pods', (snapshot) => must(snapshot, 'ReplicaSet', 'left').status.availableReplicas === 2);
  await change(server, { verb: 'delete', kind: 'ReplicaSet', target: { name: 'left' } });
  const after = await eventually(server, 'the ReplicaSet to go', (snapshot) => !snapshot.get('ReplicaSet', 'default', 'left') && snapshot);
  expect(after.withLabel('Pod', 'default', 'app', 'left').map((pod) => pod.metadata.ownerReferences)).toEqual([[], []]);
});

test('deleting a namespace empties it, whatever is in it, and says what is left meanwhile', async () => {
  await change(server, { verb: 'create', kind: 'Namespace', input: { metadata: { name: 'team' } } });
  await change(
    server, deployment('web', 4, 'web:1', 'team'),
    { verb: 'create', kind: 'Service', input: { metadata: { name: 'web', namespace: 'team' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] } } },
    { verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'held', namespace: 'team', finalizers: ['example.com/hold'] }, data: { key: 'value' } } },
  );
  await eventually(server, 'endpoints', (snapshot) => snapshot.list('EndpointSlice', 'team')[0]?.endpoints.length === 4);
  await change(server, { verb: 'delete', kind: 'Namespace', target: { name: 'team' } });
  const held = await eventually(server, 'only what is held', (snapshot): Namespace | undefined => {
    const namespace = snapshot.get('Namespace', '', 'team');
    return namespace?.status.conditions.some((condition) => condition.message === 'Some resources are remaining: configMaps has 1 resource instances') ? namespace : undefined;
  });
  expect(held.status.phase).toBe('Terminating');
  expect(held.status.conditions.find(({ type }) => type === 'NamespaceFinalizersRemaining')?.message).toBe('Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances');
  await expect(change(server, { verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'late', namespace: 'team' } } })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await change(server, { verb: 'patch', kind: 'ConfigMap', target: { namespace: 'team', name: 'held' }, patch: { metadata: { finalizers: [] } } });
  await eventually(server, 'the namespace to go', (snapshot) => !snapshot.get('Namespace', '', 'team'));
});
