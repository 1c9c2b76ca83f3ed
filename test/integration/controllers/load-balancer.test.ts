import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsePool } from '../../../src/controllers/load-balancer/address-pool.ts';
import type { LoadBalancerIngress, ServiceInput } from '../../../src/model/object.ts';
import type { RequestedChange } from '../../../src/registry/registry.ts';
import type { Snapshot } from '../../../src/store/store.ts';
import { change, deployment, eventually, must, newCluster, startServer } from './cluster.ts';
import type { Server } from './cluster.ts';
import { simulatedNodes } from './simulated-nodes.ts';
import type { SimulatedNodes } from './simulated-nodes.ts';

let server: Server;
let nodes: SimulatedNodes;

beforeAll(async () => {
  server = await startServer(await newCluster(), 'server-1', { loadBalancerPool: parsePool('192.0.2.8/30'), nodeLifecycle: { monitorPeriodMs: 200, graceMs: 4000, startupGraceMs: 4000, evictionRate: 10 } });
  nodes = await simulatedNodes(server, ['node-1', 'node-2', 'node-3']);
});
afterAll(async () => {
  await nodes?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

const balanced = (name: string, spec: Partial<ServiceInput['spec']> = {}): RequestedChange =>
  ({ verb: 'create', kind: 'Service', input: { metadata: { name }, spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec } } });
const ingressOf = (snapshot: Snapshot, name: string): readonly LoadBalancerIngress[] => must(snapshot, 'Service', name).status.loadBalancer.ingress;
const claims = (snapshot: Snapshot): readonly string[] => snapshot.list('LoadBalancerIPClaim').map(({ metadata, spec }) => `${metadata.name} ${spec.claimedBy.name}`).sort();

test('an address each, made at once; who comes too late is told, and gets the address of the first that goes', async () => {
  const names = ['a', 'b', 'c', 'd', 'late'];
  await change(server, ...names.map((name) => balanced(name)));
  const full = await eventually(server, 'four addresses', (snapshot) => snapshot.list('LoadBalancerIPClaim').length === 4 && snapshot);
  expect(claims(full).map((each) => each.split(' ')[0])).toEqual(['192.0.2.10', '192.0.2.11', '192.0.2.8', '192.0.2.9']);
  const waiting = names.filter((name) => ingressOf(full, name).length === 0);
  expect(waiting).toHaveLength(1);
  const told = await eventually(server, 'an event', (snapshot) => snapshot.list('Event').find(({ reason, involvedObject }) => reason === 'SyncLoadBalancerFailed' && involvedObject.name === waiting[0]));
  expect(told.message).toMatch(/no address is free in 192\.0\.2\.8\/30/);
  for (const name of names.filter((each) => each !== waiting[0])) expect(ingressOf(full, name)[0]?.nodeName).toMatch(/^node-[123]$/);

  const gone = names.find((name) => name !== waiting[0])!;
  const address = ingressOf(full, gone)[0]!.ip;
  await change(server, { verb: 'delete', kind: 'Service', target: { name: gone } });
  await eventually(server, 'the address to pass on', (snapshot) => ingressOf(snapshot, waiting[0]!)[0]?.ip === address);
});

test('another type gives the address back', async () => {
  const name = server.store.snapshot().list('Service').find(({ spec }) => spec.type === 'LoadBalancer')!.metadata.name;
  await change(server, { verb: 'patch', kind: 'Service', target: { name }, patch: { spec: { type: 'ClusterIP' } } });
  await eventually(server, 'no address and no claim', (snapshot) => ingressOf(snapshot, name).length === 0 && !claims(snapshot).some((each) => each.endsWith(` ${name}`)));
  await change(server, { verb: 'patch', kind: 'Service', target: { name }, patch: { spec: { type: 'LoadBalancer' } } });
  await eventually(server, 'an address again', (snapshot) => ingressOf(snapshot, name).length === 1);
});

test('the addresses of a lost node are another one\'s when it is Unknown, and stay there when it is back', async () => {
  const all = server.store.snapshot().list('Service').filter(({ spec }) => spec.type === 'LoadBalancer').map(({ metadata }) => metadata.name);
  const lost = ingressOf(server.store.snapshot(), all[0]!)[0]!.nodeName!;
  const before = all.map((name) => ingressOf(server.store.snapshot(), name)[0]!);
  nodes.freeze(lost);
  const moved = await eventually(server, 'none to be answered by the lost node', (snapshot) => all.every((name) => ![undefined, lost].includes(ingressOf(snapshot, name)[0]?.nodeName)) && snapshot);
  all.forEach((name, i) => {
    expect(ingressOf(moved, name)[0]!.ip).toBe(before[i]!.ip);
    if (before[i]!.nodeName !== lost) expect(ingressOf(moved, name)).toEqual([before[i]]);
  });
  await nodes.thaw(lost);
  await eventually(server, 'the node to be back', (snapshot) => must(snapshot, 'Node', lost, '').spec.taints.length === 0);
  expect(all.map((name) => ingressOf(server.store.snapshot(), name))).toEqual(all.map((name) => ingressOf(moved, name)));
});

test('with policy Local a node with an endpoint answers, and another one when that has none any more', async () => {
  const name = server.store.snapshot().list('Service').find(({ spec }) => spec.type === 'LoadBalancer')!.metadata.name;
  await change(server, deployment('web', 1), { verb: 'patch', kind: 'Service', target: { name }, patch: { spec: { externalTrafficPolicy: 'Local' } } });
  const serving = (snapshot: Snapshot) => snapshot.withLabel('EndpointSlice', 'default', 'kubernetes.io/service-name', name).flatMap(({ endpoints }) => endpoints).find(({ conditions }) => conditions.ready)?.nodeName;
  const first = await eventually(server, 'the node of the Pod to answer', (snapshot) => serving(snapshot) !== undefined && ingressOf(snapshot, name)[0]?.nodeName === serving(snapshot) && serving(snapshot));
  await change(server, { verb: 'patch', kind: 'Node', target: { name: first }, patch: { metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } } } });
  await eventually(server, 'an excluded node to answer no more', (snapshot) => ingressOf(snapshot, name)[0]?.nodeName !== first);
});
