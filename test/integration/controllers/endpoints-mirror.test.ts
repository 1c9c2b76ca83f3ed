import { afterAll, beforeAll, expect, test } from 'vitest';
import { mirroredBy } from '../../../src/controllers/endpoints-mirror/plan-mirror.ts';
import type { Snapshot } from '../../../src/store/store.ts';
import { change, eventually, newCluster, startServer } from './cluster.ts';
import type { Server } from './cluster.ts';

let server: Server;
beforeAll(async () => { server = await startServer(await newCluster(), 'server-1'); });
afterAll(() => server?.[Symbol.asyncDispose]());

const manifests = `
apiVersion: v1
kind: Endpoints
metadata: {name: database}
subsets:
  - addresses: [{ip: 192.0.2.7}, {ip: 192.0.2.8}]
    ports: [{port: 5432}]
---
apiVersion: v1
kind: Service
metadata: {name: database}
spec: {ports: [{port: 5432}]}
`;

const mirrored = (snapshot: Snapshot) => snapshot.withLabel('EndpointSlice', 'default', 'kubernetes.io/service-name', 'database').filter(({ metadata }) => metadata.labels['endpointslice.kubernetes.io/managed-by'] === mirroredBy);
const addresses = (snapshot: Snapshot): string => mirrored(snapshot).flatMap(({ endpoints }) => endpoints.flatMap((endpoint) => endpoint.addresses)).join();

test('Endpoints applied as plain Kubernetes YAML stand behind their Service, follow changes, and go with their slices', async () => {
  await server.registry.applyManifests(manifests, { fieldManager: 'me', force: false, namespace: 'default' }, { actor: 'admin' });
  const [slice] = await eventually(server, 'a slice', (snapshot) => addresses(snapshot) === '192.0.2.7,192.0.2.8' && mirrored(snapshot));
  expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ name: '', protocol: 'TCP', port: 5432 }] });
  await change(server, { verb: 'patch', kind: 'Endpoints', target: { name: 'database' }, patch: { subsets: [{ addresses: [{ ip: '192.0.2.9' }], ports: [{ port: 5432 }] }] } });
  await eventually(server, 'another address', (snapshot) => addresses(snapshot) === '192.0.2.9');
  // Somebody else removes the mirror: it is made anew.
  await change(server, { verb: 'delete', kind: 'EndpointSlice', target: { name: slice!.metadata.name } });
  await eventually(server, 'another slice', (snapshot) => addresses(snapshot) === '192.0.2.9' && mirrored(snapshot)[0]!.metadata.uid !== slice!.metadata.uid);
  await change(server, { verb: 'delete', kind: 'Endpoints', target: { name: 'database' } });
  await eventually(server, 'no slice', (snapshot) => mirrored(snapshot).length === 0);
});
