import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planEventExpiry } from '../../../../src/controllers/event-expiry/plan-event-expiry.ts';
import { podGarbageReconciler } from '../../../../src/controllers/pod-garbage/reconciler.ts';
import type { Event } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

const pods = fc.record({ node: fc.constantFrom('there', 'gone', undefined), hasEnded: fc.boolean(), isGoing: fc.boolean() });

test('orphans and unscheduled Pods that are going are removed, ended ones beyond the limit the oldest first, all others stay', () => {
  fc.assert(fc.property(fc.array(pods, { maxLength: 15 }), fc.nat(4), (given, kept) => {
    const cluster = new SimulatedCluster();
    const reconciler = podGarbageReconciler(kept);
    cluster.apply([{ verb: 'create', kind: 'Node', input: { metadata: { name: 'there' } } }]);
    for (const [index, facts] of given.entries()) {
      const name = `pod-${String(index).padStart(2, '0')}`;
      cluster.nowMs += 1000;
      cluster.apply([{ verb: 'create', kind: 'Pod', input: { metadata: { name, finalizers: facts.isGoing && facts.node === undefined ? ['example.com/hold'] : [] }, spec: { nodeName: facts.node, containers: [{ name: 'main', image: 'web:1' }] } } }]);
      const pod = cluster.snapshot.get('Pod', 'default', name);
      if (pod && facts.hasEnded) cluster.setPod(pod, { phase: 'Succeeded' });
      if (facts.isGoing && !facts.hasEnded) cluster.apply([{ verb: 'delete', kind: 'Pod', target: { name } }]);
    }
    const before = cluster.snapshot.list('Pod').map((pod) => pod.metadata.name);
    const ended = given.flatMap((facts, index) => (facts.hasEnded && facts.node !== 'gone' ? [`pod-${String(index).padStart(2, '0')}`] : []));
    const surplus = ended.slice(0, Math.max(0, ended.length - kept));
    for (const key of reconciler.allKeys(cluster.snapshot)) cluster.reconcile(reconciler, key);
    const left = cluster.snapshot.list('Pod').filter((pod) => pod.metadata.finalizers.length === 0).map((pod) => pod.metadata.name);
    const wanted = before.filter((name) => {
      const facts = given[Number(name.slice(4))];
      return facts?.node !== 'gone' && !surplus.includes(name) && !(facts?.isGoing && facts.node === undefined);
    });
    expect(left.filter((name) => !(given[Number(name.slice(4))]?.isGoing && given[Number(name.slice(4))]?.node === undefined))).toEqual(wanted);
  }), { numRuns: 100 });
});

test('events go when they were last seen an hour ago, and the plan says when the next is due', () => {
  const nowMs = Date.UTC(2030, 0, 1);
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 7200 }), { maxLength: 20 }), (ages) => {
    const events = ages.map((age, index): Event => ({
      apiVersion: 'v1', kind: 'Event', involvedObject: { kind: 'Pod', name: 'web' }, reason: 'Test', message: '', type: 'Normal', source: { component: 'test' }, count: 1,
      firstTimestamp: new Date(nowMs - 9_000_000).toISOString(), lastTimestamp: new Date(nowMs - age * 1000).toISOString(),
      metadata: { name: `event-${index}`, namespace: 'default', uid: `${index}`, labels: {}, annotations: {}, creationTimestamp: '', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [] },
    }));
    const plan = planEventExpiry({ events, keptMs: 3_600_000 }, nowMs);
    expect(plan.changes).toHaveLength(ages.filter((age) => age >= 3600).length);
    const next = Math.max(...ages.filter((age) => age < 3600));
    expect(plan.requeueAfterMs).toBe(Number.isFinite(next) ? Math.max(1000, (3600 - next) * 1000) : undefined);
  }));
});
