import { afterAll, beforeAll, expect, test } from 'vitest';
import { revisionOf } from '../../../src/controllers/deployment/annotations.ts';
import { isPodActive, isPodReady } from '../../../src/kinds/pod/pod-state.ts';
import type { Pod } from '../../../src/model/object.ts';
import type { Snapshot } from '../../../src/store/store.ts';
import { change, deployment, eventually, must, newCluster, newImage, startServer } from './cluster.ts';
import type { Server } from './cluster.ts';
import { simulatedNodes } from './simulated-nodes.ts';
import type { SimulatedNodes } from './simulated-nodes.ts';

let server: Server;
let nodes: SimulatedNodes;

beforeAll(async () => {
  server = await startServer(await newCluster(), 'server-1');
  nodes = await simulatedNodes(server, ['node-1', 'node-2', 'node-3']);
});

afterAll(async () => {
  await nodes?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const podsOf = (snapshot: Snapshot, app: string): readonly Pod[] => snapshot.withLabel('Pod', 'default', 'app', app);

/** All Pods are of the image and ready, and the Deployment says so. */
function complete(snapshot: Snapshot, name: string, replicas: number, image: string): boolean {
  const { status, metadata } = must(snapshot, 'Deployment', name);
  const pods = podsOf(snapshot, name);
  return status.observedGeneration === metadata.generation && status.updatedReplicas === replicas && status.replicas === replicas && status.availableReplicas === replicas
    && pods.length === replicas && pods.every((pod) => pod.spec.containers[0]?.image === image && isPodReady(pod));
}

test('10 Pods roll over within 8 available and 13 in total, sampled at every revision', async () => {
  await change(server, deployment('ten', 10));
  await eventually(server, 'ten Pods', (snapshot) => complete(snapshot, 'ten', 10, 'web:1'));
  const samples: { available: number; total: number }[] = [];
  const end = server.store.onChanges((_, snapshot) => {
    const active = podsOf(snapshot, 'ten').filter(isPodActive);
    samples.push({ available: active.filter(isPodReady).length, total: active.length });
  });
  await change(server, newImage('ten', 'web:2'));
  await eventually(server, 'the new version', (snapshot) => complete(snapshot, 'ten', 10, 'web:2'));
  end();
  expect(samples.length).toBeGreaterThan(10);
  expect(Math.min(...samples.map((sample) => sample.available))).toBeGreaterThanOrEqual(8);
  expect(Math.max(...samples.map((sample) => sample.total))).toBeLessThanOrEqual(13);
});

test('a rollback brings the old Pods back under a new revision, from the same ReplicaSet', async () => {
  await change(server, deployment('back', 3));
  await eventually(server, 'the first version', (snapshot) => complete(snapshot, 'back', 3, 'web:1'));
  await change(server, newImage('back', 'web:2'));
  await eventually(server, 'the second version', (snapshot) => complete(snapshot, 'back', 3, 'web:2'));
  await change(server, newImage('back', 'web:1'));
  const snapshot = await eventually(server, 'the first version again', (now) => complete(now, 'back', 3, 'web:1') && now);
  expect(revisionOf(must(snapshot, 'Deployment', 'back'))).toBe(3);
  expect(snapshot.withLabel('ReplicaSet', 'default', 'app', 'back').map(revisionOf).toSorted()).toEqual([2, 3]);
});

test('scaling, and what is written while paused, roll out as they should', async () => {
  await change(server, deployment('scaled', 2));
  await eventually(server, 'two Pods', (snapshot) => complete(snapshot, 'scaled', 2, 'web:1'));
  await change(server, { verb: 'patch', kind: 'Deployment', target: { name: 'scaled' }, patch: { spec: { replicas: 40 } } });
  await eventually(server, 'forty Pods', (snapshot) => complete(snapshot, 'scaled', 40, 'web:1'));
  await change(server, { verb: 'patch', kind: 'Deployment', target: { name: 'scaled' }, patch: { spec: { paused: true, replicas: 4 } } }, newImage('scaled', 'web:2'));
  const paused = await eventually(server, 'four old Pods', (snapshot) => podsOf(snapshot, 'scaled').length === 4 && must(snapshot, 'Deployment', 'scaled').status.replicas === 4 && snapshot);
  expect(podsOf(paused, 'scaled').map((pod) => pod.spec.containers[0]?.image)).toEqual(['web:1', 'web:1', 'web:1', 'web:1']);
  expect(must(paused, 'Deployment', 'scaled').status.conditions.find(({ type }) => type === 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
  await change(server, { verb: 'patch', kind: 'Deployment', target: { name: 'scaled' }, patch: { spec: { paused: false } } });
  await eventually(server, 'four new Pods', (snapshot) => complete(snapshot, 'scaled', 4, 'web:2'));
});

test('a Pod that is deleted is replaced, one that loses its labels is let go and replaced', async () => {
  await change(server, deployment('healed', 3));
  const [first, second] = await eventually(server, 'three Pods', (snapshot) => complete(snapshot, 'healed', 3, 'web:1') && podsOf(snapshot, 'healed'));
  if (!first || !second) throw new Error('no Pods');
  await change(server, { verb: 'delete', kind: 'Pod', target: { name: first.metadata.name } }, { verb: 'patch', kind: 'Pod', target: { name: second.metadata.name }, patch: { metadata: { labels: { app: 'free' } } } });
  const healed = await eventually(server, 'three Pods again', (snapshot) => {
    const uids = podsOf(snapshot, 'healed').map((pod) => pod.metadata.uid);
    return complete(snapshot, 'healed', 3, 'web:1') && !uids.includes(first.metadata.uid) && !uids.includes(second.metadata.uid) && snapshot;
  });
  expect(must(healed, 'Pod', second.metadata.name).metadata.ownerReferences).toEqual([]);
});
