import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentKinds } from '../../../../src/controllers/namespace/plan-emptying.ts';
import { namespaceReconciler } from '../../../../src/controllers/namespace/reconciler.ts';
import { kindFacts } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

test('every namespaced kind is content, makers before what they make', () => {
  expect(new Set(contentKinds)).toEqual(new Set(Object.values(kindFacts).filter((facts) => facts.namespaced).map((facts) => facts.name)));
  expect(contentKinds.indexOf('Deployment')).toBeLessThan(contentKinds.indexOf('ReplicaSet'));
  expect(contentKinds.indexOf('ReplicaSet')).toBeLessThan(contentKinds.indexOf('Pod'));
});

test('it goes when, and only when, nothing is left; 500 objects a step; other namespaces keep theirs', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1200 }), fc.integer({ min: 0, max: 3 }), (free, held) => {
    const cluster = new SimulatedCluster();
    cluster.apply([{ verb: 'create', kind: 'Namespace', input: { metadata: { name: 'team' }, spec: { finalizers: ['kubernetes'] } } }]);
    const add = (name: string, finalizers: readonly string[], namespace = 'team') => ({ verb: 'create', kind: 'ConfigMap', input: { metadata: { name, namespace, finalizers } } }) as const;
    cluster.apply([...Array.from({ length: free }, (_, index) => add(`free-${index}`, [])), ...Array.from({ length: held }, (_, index) => add(`held-${index}`, ['example.com/hold'])), add('kept', [], 'other')]);
    cluster.apply([{ verb: 'delete', kind: 'Namespace', target: { name: 'team' } }]);
    let steps = 0;
    while (cluster.reconcile(namespaceReconciler, 'team')) steps += 1;
    expect(steps).toBeLessThanOrEqual(2 + Math.ceil((free + held) / 500));
    expect(cluster.snapshot.list('ConfigMap', 'team')).toHaveLength(held);
    expect(cluster.snapshot.get('Namespace', '', 'team') === undefined).toBe(held === 0);
    for (let index = 0; index < held; index += 1) cluster.apply([{ verb: 'patch', kind: 'ConfigMap', target: { namespace: 'team', name: `held-${index}` }, patch: { metadata: { finalizers: [] } } }]);
    cluster.reconcile(namespaceReconciler, 'team');
    expect(cluster.snapshot.get('Namespace', '', 'team')).toBeUndefined();
    expect(cluster.snapshot.list('ConfigMap', 'other')).toHaveLength(1);
  }), { numRuns: 10 });
});
