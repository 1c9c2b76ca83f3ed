import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpointsReconciler } from '../../../../src/controllers/endpoints/reconciler.ts';
import type { Endpoint, Pod } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

function clusterWith(service: { readonly publishNotReadyAddresses?: boolean; readonly clusterIP?: string; readonly selector?: Record<string, string> } = {}): SimulatedCluster {
  const cluster = new SimulatedCluster();
  cluster.apply([{ verb: 'create', kind: 'Service', input: { metadata: { name: 'web', labels: { team: 'blue' } }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...service } } }]);
  return cluster;
}

let address = 0;

function addPod(cluster: SimulatedCluster, name: string, options: { readonly port?: number | undefined; readonly isReady?: boolean; readonly hasAddress?: boolean; readonly hostname?: string; readonly subdomain?: string } = {}): void {
  const { port = 8080, isReady = true, hasAddress = true, hostname, subdomain } = options;
  cluster.apply([{ verb: 'create', kind: 'Pod', input: { metadata: { name, labels: { app: 'web' } }, spec: { nodeName: 'node-1', hostname, subdomain, containers: [{ name: 'main', image: 'web:1', ports: port === 0 ? [] : [{ name: 'http', containerPort: port }] }] } } }]);
  address += 1;
  if (hasAddress) cluster.setPod(pod(cluster, name), { podIP: `10.244.${address >> 8}.${address & 255}` });
  cluster.setReady(pod(cluster, name), isReady);
}

function pod(cluster: SimulatedCluster, name: string): Pod {
  const found = cluster.snapshot.get('Pod', 'default', name);
  if (!found) throw new Error(`no Pod ${name}`);
  return found;
}

const look = (cluster: SimulatedCluster): boolean => cluster.reconcile(endpointsReconciler, 'default/web');
const endpoints = (cluster: SimulatedCluster): readonly Endpoint[] => cluster.snapshot.list('EndpointSlice').flatMap((slice) => slice.endpoints);

test('whatever happens to Pods: every one with an address is one endpoint, no slice is over 100, and a second look writes nothing', () => {
  const events = fc.oneof(
    fc.record({ type: fc.constant('add' as const), count: fc.integer({ min: 1, max: 110 }) }),
    fc.record({ type: fc.constantFrom('ready' as const, 'unready' as const, 'delete' as const, 'gone' as const), pick: fc.nat(1000) }),
  );
  fc.assert(fc.property(fc.array(events, { maxLength: 5 }), (steps) => {
    const cluster = clusterWith();
    let made = 0;
    for (const step of steps) {
      const pods = cluster.snapshot.list('Pod');
      const chosen = step.type === 'add' ? undefined : pods[step.pick % pods.length];
      if (step.type === 'add') for (let index = 0; index < step.count; index += 1) addPod(cluster, `pod-${(made += 1)}`, { port: made % 7 === 0 ? 9090 : 8080 });
      else if (chosen && step.type === 'delete') cluster.apply([{ verb: 'delete', kind: 'Pod', target: { name: chosen.metadata.name } }]);
      else if (chosen && step.type === 'gone') cluster.end(chosen);
      else if (chosen) cluster.setReady(chosen, step.type === 'ready');
      look(cluster);
      expect(look(cluster)).toBe(false);
      const seen = endpoints(cluster).map((endpoint) => [endpoint.targetRef?.name, endpoint.conditions.ready, endpoint.conditions.serving, endpoint.conditions.terminating].join());
      const wanted = cluster.snapshot.list('Pod').map((one) => {
        const isReady = one.status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
        const isGoing = one.metadata.deletionTimestamp !== undefined;
        return [one.metadata.name, isReady && !isGoing, isReady, isGoing].join();
      });
      expect(seen.toSorted()).toEqual(wanted.toSorted());
      expect(Math.max(0, ...cluster.snapshot.list('EndpointSlice').map((slice) => slice.endpoints.length))).toBeLessThanOrEqual(100);
    }
  }), { numRuns: 12 });
});

test('one Pod of 250 changes: one slice is written, and the others stay the very same', () => {
  const cluster = clusterWith();
  for (let index = 0; index < 250; index += 1) addPod(cluster, `pod-${index}`);
  look(cluster);
  const before = cluster.snapshot.list('EndpointSlice');
  expect(before.map((slice) => slice.endpoints.length).toSorted()).toEqual([100, 100, 50]);
  cluster.setReady(pod(cluster, 'pod-17'), false);
  look(cluster);
  expect(cluster.snapshot.list('EndpointSlice').filter((slice) => !before.includes(slice))).toHaveLength(1);
});

test('labels, owner and named ports; Pods without that port or without an address do not count', () => {
  const cluster = clusterWith({ clusterIP: 'None' });
  addPod(cluster, 'a', { hostname: 'first', subdomain: 'web' });
  addPod(cluster, 'b', { port: 9090, hostname: 'second', subdomain: 'elsewhere' });
  addPod(cluster, 'c', { port: 0 });
  addPod(cluster, 'd', { hasAddress: false });
  look(cluster);
  const slices = cluster.snapshot.list('EndpointSlice');
  expect(slices.map((slice) => [slice.ports[0]?.port, slice.endpoints.map((endpoint) => [endpoint.targetRef?.name, endpoint.hostname])])).toEqual([[8080, [['a', 'first']]], [9090, [['b', undefined]]]]);
  expect(slices[0]?.metadata.labels).toEqual({ team: 'blue', 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'service.kubernetes.io/headless': '' });
  expect(slices[0]?.metadata.ownerReferences).toMatchObject([{ kind: 'Service', name: 'web', controller: true }]);
});

test('publishNotReadyAddresses makes every endpoint ready', () => {
  const cluster = clusterWith({ publishNotReadyAddresses: true });
  addPod(cluster, 'a', { isReady: false });
  look(cluster);
  expect(endpoints(cluster)[0]?.conditions).toEqual({ ready: true, serving: false, terminating: false });
});

test('the last slice stays, empty; a Service without selector is left alone', () => {
  const cluster = clusterWith();
  addPod(cluster, 'a');
  look(cluster);
  cluster.end(pod(cluster, 'a'));
  look(cluster);
  expect(cluster.snapshot.list('EndpointSlice').map((slice) => slice.endpoints)).toEqual([[]]);
  expect(look(clusterWith({ selector: {} }))).toBe(false);
});
