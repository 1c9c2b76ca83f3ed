import fc from 'fast-check';
import { expect, test } from 'vitest';
import { garbageCollector } from '../../../../src/controllers/garbage-collector/reconciler.ts';
import type { OwnerReference } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

/** ConfigMaps `n0`, `n1`, … of which each names those that `owners` says. */
function graph(owners: readonly (readonly number[])[], blockOwnerDeletion = true): SimulatedCluster {
  const cluster = new SimulatedCluster();
  cluster.apply(owners.map((_, index) => ({ verb: 'create', kind: 'ConfigMap', input: { metadata: { name: `n${index}` } } })));
  const reference = (index: number): OwnerReference => ({ apiVersion: 'v1', kind: 'ConfigMap', name: `n${index}`, uid: uidOf(cluster, index), blockOwnerDeletion });
  for (const [index, list] of owners.entries()) {
    if (list.length > 0) cluster.apply([{ verb: 'patch', kind: 'ConfigMap', target: { name: `n${index}` }, patch: { metadata: { ownerReferences: list.map(reference) } } }]);
  }
  return cluster;
}

function uidOf(cluster: SimulatedCluster, index: number): string {
  return cluster.snapshot.get('ConfigMap', 'default', `n${index}`)?.metadata.uid ?? '';
}

function collect(cluster: SimulatedCluster): readonly string[] {
  for (let round = 0; round < 100; round += 1) {
    if (!garbageCollector.allKeys(cluster.snapshot).map((key) => cluster.reconcile(garbageCollector, key)).includes(true)) {
      return cluster.snapshot.list('ConfigMap').map((map) => map.metadata.name);
    }
  }
  throw new Error('the collector does not come to an end');
}

const graphs = fc.integer({ min: 1, max: 8 }).chain((size) => fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }));
const policies = fc.constantFrom('BACKGROUND', 'FOREGROUND', 'ORPHAN', undefined);

test('what has a live owner stays, what has lost all of them goes, and nothing waits for ever', () => {
  fc.assert(fc.property(graphs, fc.array(fc.tuple(fc.nat(7), policies), { maxLength: 3 }), fc.boolean(), (owners, deletions, isBlocking) => {
    const cluster = graph(owners, isBlocking);
    for (const [pick, propagationPolicy] of deletions) {
      const name = `n${pick % owners.length}`;
      if (cluster.snapshot.get('ConfigMap', 'default', name)) cluster.apply([{ verb: 'delete', kind: 'ConfigMap', target: { name }, options: { propagationPolicy } }]);
      collect(cluster);
    }
    for (const map of cluster.snapshot.list('ConfigMap')) {
      expect(map.metadata.deletionTimestamp).toBeUndefined();
      for (const owner of map.metadata.ownerReferences) expect(cluster.snapshot.byUid(owner.uid)).toBeDefined();
    }
  }), { numRuns: 300 });
});

test('in the background exactly what is reachable only through the deleted one goes', () => {
  fc.assert(fc.property(graphs, fc.nat(7), (cyclic, pick) => {
    // Owners have lower numbers: no circles, which keep each other alive as everywhere.
    const owners = cyclic.map((list, index) => list.filter((owner) => owner < index));
    const cluster = graph(owners);
    const root = pick % owners.length;
    cluster.apply([{ verb: 'delete', kind: 'ConfigMap', target: { name: `n${root}` }, options: { propagationPolicy: 'BACKGROUND' } }]);
    const lives: boolean[] = [];
    for (const [index, list] of owners.entries()) lives[index] = index !== root && (list.length === 0 || list.some((owner) => lives[owner]));
    expect(collect(cluster)).toEqual(owners.map((_, index) => `n${index}`).filter((_, index) => lives[index]));
  }), { numRuns: 200 });
});

test('orphaning lets go of all dependents; none of them is deleted', () => {
  const cluster = graph([[], [0], [0], [0, 1]]);
  cluster.apply([{ verb: 'delete', kind: 'ConfigMap', target: { name: 'n0' }, options: { propagationPolicy: 'ORPHAN' } }]);
  expect(collect(cluster)).toEqual(['n1', 'n2', 'n3']);
  expect(cluster.snapshot.get('ConfigMap', 'default', 'n3')?.metadata.ownerReferences.map((owner) => owner.name)).toEqual(['n1']);
});

test('a circle of blocking owners goes when one of them is deleted in the foreground', () => {
  const cluster = graph([[2], [0], [1]]);
  cluster.apply([{ verb: 'delete', kind: 'ConfigMap', target: { name: 'n1' }, options: { propagationPolicy: 'FOREGROUND' } }]);
  expect(collect(cluster)).toEqual([]);
});

test('an owner of another namespace, and one of the same name but another uid, do not count', () => {
  const cluster = new SimulatedCluster();
  cluster.apply([{ verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'n0', namespace: 'other' } } }]);
  const uid = cluster.snapshot.get('ConfigMap', 'other', 'n0')?.metadata.uid ?? '';
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'n0' };
  cluster.apply([
    { verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'n1', ownerReferences: [{ ...reference, uid }] } } },
    { verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'n2', namespace: 'other', ownerReferences: [{ ...reference, uid: 'gone' }] } } },
    { verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'n3', namespace: 'other', ownerReferences: [{ ...reference, uid }] } } },
  ]);
  expect(collect(cluster)).toEqual(['n0', 'n3']);
});
