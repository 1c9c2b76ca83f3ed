import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpointsMirrorReconciler } from '../../../../src/controllers/endpoints-mirror/reconciler.ts';
import { endpointsReconciler } from '../../../../src/controllers/endpoints/reconciler.ts';
import type { EndpointsInput, ServiceInput } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

type Subsets = NonNullable<EndpointsInput['subsets']>;

function clusterWith(subsets: Subsets, spec: ServiceInput['spec'] = { ports: [{ port: 80 }] }, labels: Readonly<Record<string, string>> = {}): SimulatedCluster {
  const cluster = new SimulatedCluster();
  cluster.apply([{ verb: 'create', kind: 'Service', input: { metadata: { name: 'db' }, spec } }, { verb: 'create', kind: 'Endpoints', input: { metadata: { name: 'db', labels }, subsets } }]);
  return cluster;
}

const look = (cluster: SimulatedCluster): boolean => cluster.reconcile(endpointsMirrorReconciler, 'default/db');
const slices = (cluster: SimulatedCluster) => cluster.snapshot.list('EndpointSlice');
const write = (cluster: SimulatedCluster, subsets: Subsets): void => cluster.apply([{ verb: 'patch', kind: 'Endpoints', target: { name: 'db' }, patch: { subsets } }]);

const address = fc.nat(250).map((last) => ({ ip: `192.0.2.${last}` }));
const subset = fc.record({
  addresses: fc.array(address, { minLength: 1, maxLength: 150 }), notReadyAddresses: fc.array(address, { maxLength: 5 }),
  ports: fc.constantFrom([{ name: '', protocol: 'TCP' as const, port: 5432 }], [{ name: 'sql', protocol: 'TCP' as const, port: 5432 }, { name: 'web', protocol: 'TCP' as const, port: 80 }]),
});

test('whatever is written, one after the other: every address stands once at each group of ports, ready where it is so anywhere, and a second look writes nothing', () => {
  fc.assert(fc.property(fc.array(fc.array(subset, { maxLength: 3 }), { minLength: 1, maxLength: 4 }), (versions) => {
    const cluster = clusterWith([]);
    for (const subsets of versions) {
      write(cluster, subsets);
      look(cluster);
      expect(look(cluster)).toBe(false);
      const wanted = new Map<string, boolean>();
      for (const { addresses, notReadyAddresses, ports } of subsets) {
        for (const [list, ready] of [[addresses, true], [notReadyAddresses, false]] as const) for (const { ip } of list) wanted.set(`${ip} ${JSON.stringify(ports)}`, ready || wanted.get(`${ip} ${JSON.stringify(ports)}`) === true);
      }
      const seen = slices(cluster).flatMap(({ endpoints, ports }) => endpoints.map((one) => [`${one.addresses[0]} ${JSON.stringify(ports)}`, one.conditions.ready] as const));
      expect(seen.toSorted(byText)).toEqual([...wanted].toSorted(byText));
      expect(Math.max(0, ...slices(cluster).map(({ endpoints }) => endpoints.length))).toBeLessThanOrEqual(100);
    }
  }), { numRuns: 60 });
});

const byText = (one: readonly [string, boolean], other: readonly [string, boolean]): number => (one[0] < other[0] ? -1 : 1);

test('a slice tells where it comes from, and what was written of an address', () => {
  const targetRef = { kind: 'Pod', name: 'db-0', namespace: 'default' };
  const cluster = clusterWith([{ addresses: [{ ip: '192.0.2.7', hostname: 'first', nodeName: 'node-1', targetRef }], notReadyAddresses: [{ ip: 'fd00::7' }], ports: [{ port: 5432 }] }], undefined, { team: 'blue' });
  look(cluster);
  const [four, six] = slices(cluster).toSorted((one, other) => (one.addressType < other.addressType ? -1 : 1));
  expect(four).toMatchObject({
    addressType: 'IPv4', ports: [{ name: '', protocol: 'TCP', port: 5432 }], endpoints: [{ addresses: ['192.0.2.7'], conditions: { ready: true, serving: true, terminating: false }, hostname: 'first', nodeName: 'node-1', targetRef }],
    metadata: { labels: { 'team': 'blue', 'kubernetes.io/service-name': 'db', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' }, ownerReferences: [{ kind: 'Endpoints', name: 'db', controller: true }] },
  });
  expect(six).toMatchObject({ addressType: 'IPv6', endpoints: [{ addresses: ['fd00::7'], conditions: { ready: false } }] });
});

test('of a subset the first 1,000 addresses count', () => {
  const addresses = Array.from({ length: 1200 }, (_, index) => ({ ip: `10.9.${index >> 8}.${index & 255}` }));
  const cluster = clusterWith([{ addresses, ports: [{ port: 80 }] }]);
  look(cluster);
  expect(slices(cluster).map(({ endpoints }) => endpoints.length)).toEqual(Array.from({ length: 10 }, () => 100));
});

const one: Subsets = [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ port: 80 }] }];

test.each<readonly [string, ServiceInput['spec'], Readonly<Record<string, string>>]>([
  ['a Service with a selector', { selector: { app: 'db' }, ports: [{ port: 80 }] }, {}],
  ['an ExternalName', { type: 'ExternalName', externalName: 'db.example.com' }, {}],
  ['Endpoints that say so', { ports: [{ port: 80 }] }, { 'endpointslice.kubernetes.io/skip-mirror': 'true' }],
])('nothing is mirrored for %s', (_what, spec, labels) => {
  const cluster = clusterWith(one, spec, labels);
  expect([look(cluster), slices(cluster)]).toEqual([false, []]);
});

test('Endpoints that were mirrored go with their Service; those whose Service is yet to come stay', () => {
  const cluster = clusterWith(one);
  cluster.apply([{ verb: 'delete', kind: 'Service', target: { name: 'db' } }]);
  expect([look(cluster), cluster.snapshot.list('Endpoints').length]).toEqual([false, 1]);
  cluster.apply([{ verb: 'create', kind: 'Service', input: { metadata: { name: 'db' }, spec: { ports: [{ port: 80 }] } } }]);
  look(cluster);
  cluster.apply([{ verb: 'delete', kind: 'Service', target: { name: 'db' } }]);
  look(cluster);
  expect([slices(cluster), cluster.snapshot.list('Endpoints')]).toEqual([[], []]);
});

test('slices go when the Service gets a selector, with the Service, and with the Endpoints; slices by other hands stay', () => {
  for (const end of ['selector', 'Service', 'Endpoints'] as const) {
    const cluster = clusterWith(one);
    cluster.apply([{ verb: 'create', kind: 'EndpointSlice', input: { metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'db' } }, addressType: 'IPv4' } }]);
    look(cluster);
    expect(slices(cluster)).toHaveLength(2);
    cluster.apply([end === 'selector' ? { verb: 'patch', kind: 'Service', target: { name: 'db' }, patch: { spec: { selector: { app: 'db' } } } } : { verb: 'delete', kind: end, target: { name: 'db' } }]);
    look(cluster);
    cluster.reconcile(endpointsReconciler, 'default/db');
    expect(slices(cluster).map(({ metadata }) => metadata.name)).toEqual(['by-hand']);
  }
});
