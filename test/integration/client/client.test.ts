import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApi } from '../../../src/api/start-api.ts';
import type { RunningApi } from '../../../src/api/start-api.ts';
import type { Client } from '../../../src/client/client.ts';
import { createClient } from '../../../src/client/create-client.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { freePort } from '../../support/free-port.ts';
import { startCluster } from '../scheduler/cluster.ts';
import type { Cluster } from '../scheduler/cluster.ts';

const logger = pino({ level: 'silent' });
let cluster: Cluster, api: RunningApi, admin: Client;
const clients: Client[] = [];
const clientFor = (token: string): Client => {
  const client = createClient({ url: api.url, token, logger });
  clients.push(client);
  return client;
};
const startServer = (port: number): Promise<RunningApi> =>
  startApi({ store: cluster.store, registry: cluster.registry, recorder: cluster.recorder, logger, clock: systemClock, host: '127.0.0.1', port, version: 'test', serverId: 'test' });

beforeEach(async () => {
  cluster = await startCluster();
  await cluster.store.credentials.ensure('admin-token', { type: 'admin', name: 'admin' });
  api = await startServer(await freePort());
  admin = clientFor('admin-token');
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client[Symbol.asyncDispose]();
  await api.close();
  await cluster[Symbol.asyncDispose]();
});

const configMap = (name: string) => ({ metadata: { name }, data: { key: name } });

test('objects are made, read, changed, listed, applied and deleted', async () => {
  const made = await admin.create('ConfigMap', configMap('one'));
  expect(await admin.get('ConfigMap', { name: 'one' })).toEqual(made);
  expect((await admin.patch('ConfigMap', { name: 'one' }, { data: { key: 'two' } })).data).toEqual({ key: 'two' });
  await expect(admin.update('ConfigMap', { ...configMap('one'), metadata: { name: 'one', resourceVersion: made.metadata.resourceVersion } })).rejects.toMatchObject({ code: 'CONFLICT' });
  const { results } = await admin.applyManifests('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: three\ndata:\n  a: b\n');
  expect(results).toMatchObject([{ operation: 'CREATED', object: { kind: 'ConfigMap', metadata: { name: 'three' } } }]);
  expect((await admin.list('ConfigMap', { namespace: 'default' })).objects.map((object) => object.metadata.name)).toEqual(['one', 'three']);
  expect((await admin.delete('ConfigMap', { name: 'one' })).metadata.name).toBe('one');
  expect(await admin.get('ConfigMap', { name: 'one' })).toBeUndefined();
});

test('every refusal has a code and says which fields are wrong', async () => {
  await expect(admin.create('Pod', { metadata: { name: 'UPPER' }, spec: { containers: [] } })).rejects.toMatchObject({ name: 'ApiError', code: 'INVALID', details: { fields: expect.arrayContaining([expect.objectContaining({ path: 'metadata.name' })]) } });
  await expect(admin.create('ConfigMap', { metadata: { name: 'a', namespace: 'missing' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(clientFor('wrong').list('Pod')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(clientFor('wrong').follow('Pod')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('lists of several pages show one revision', async () => {
  const changes = Array.from({ length: 1200 }, (_, i) => ({ verb: 'create' as const, kind: 'ConfigMap' as const, input: configMap(`map-${i}`) }));
  await cluster.registry.commit(changes, { actor: 'admin' });
  const { objects, revision } = await admin.list('ConfigMap', { namespace: 'default' });
  expect(objects.length).toBe(1200);
  expect(Number(revision)).toBe(cluster.store.snapshot().revision);
});

test('follow outlives a restart of the server without gap or repeat', async () => {
  const seen: string[] = [];
  let written = 0;
  const port = Number(new URL(api.url).port);
  const writeFive = (): Promise<unknown> => cluster.registry.commit(Array.from({ length: 5 }, () => ({ verb: 'create' as const, kind: 'ConfigMap' as const, input: configMap(`map-${written++}`) })), { actor: 'admin' });
  await writeFive();
  for await (const step of admin.follow('ConfigMap', { namespace: 'default' })) {
    if (step.type === 'RESTART' || step.type === 'BOOKMARK') seen.push(step.type);
    else seen.push(step.object.metadata.name);
    if (seen.length === 6) await writeFive();
    if (seen.length === 8) {
      await api.close();
      await writeFive();
      api = await startServer(port);
    }
    if (seen.filter((name) => name.startsWith('map-')).length === 15) break;
  }
  const names = Array.from({ length: 15 }, (_, i) => `map-${i}`);
  expect(seen.filter((name) => name !== 'BOOKMARK')).toEqual(names);
});

test('a node joins, says that it lives, tells of events, and hears of its work', async () => {
  const joinToken = (await cluster.store.credentials.issue({ type: 'join', name: 'join' })).token;
  const { token, clusterID } = await clientFor(joinToken).joinNode('node-1');
  expect(clusterID).toBe(cluster.store.snapshot().get('Namespace', '', 'kube-system')?.metadata.uid);
  const node = clientFor(token);
  const made = await node.create('Node', { metadata: { name: 'node-1' } });
  expect(Date.parse(await node.renewNodeLease('node-1', { retry: true }))).toBeGreaterThan(0);
  await node.updateStatus('Node', { name: 'node-1' }, { ...made.status, allocatable: { cpu: '4', memory: '1Gi', pods: '10' } });
  const starting = { involvedObject: { kind: 'Node', name: 'node-1' }, reason: 'Starting', message: 'The agent starts.', component: 'kubelet', host: 'node-1' };
  await node.recordEvents([starting, { ...starting, reason: 'Settling' }, starting]);
  await cluster.until((snapshot) => snapshot.list('Event').some((event) => event.reason === 'Starting' && event.count === 2) && snapshot.list('Event').some((event) => event.reason === 'Settling'));

  await expect(node.recordEvents(Array.from({ length: 501 }, () => starting))).rejects.toMatchObject({ code: 'INVALID' });

  const work = node.nodeWork('node-1')[Symbol.asyncIterator]();
  const first: string[] = [];
  for (;;) {
    const { value: step } = await work.next();
    if (!step || step.type === 'BOOKMARK') break;
    first.push(`${step.object.kind}/${step.object.metadata.name}`);
  }
  expect(first).toContain('Node/node-1');
  await cluster.addPod('mine', '1', { nodeName: 'node-1' });
  expect((await work.next()).value).toMatchObject({ type: 'ADDED', object: { kind: 'Pod', metadata: { name: 'mine' } } });
  await work.return?.();
});
