import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../../src/control/reconciler.ts';
import { boundTo } from '../../../src/registry/verbs/stage-bind.ts';
import type { Condition, Pod } from '../../../src/model/object.ts';
import { planBinding, planBindings, planRefusal } from '../../../src/scheduler/plan-binding.ts';
import { aPod } from './objects.ts';

const nowMs = Date.UTC(2030, 0, 1);
const status = fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const);
const conditions: fc.Arbitrary<readonly Condition[]> = fc.uniqueArray(fc.record({ type: fc.constantFrom('PodScheduled', 'Ready', 'Initialized'), status, message: fc.constantFrom('no room', 'other') }), { selector: (condition) => condition.type })
  .map((list) => list.map((condition): Condition => ({ ...condition, reason: 'Unschedulable', lastTransitionTime: '2029-01-01T00:00:00.000Z' })));
const names = fc.constantFrom('web-1', 'web-2');
const nodes = fc.constantFrom('node-1', 'node-2');

function podOf(name: string, list: readonly Condition[]): Pod {
  const pod = aPod(name);
  return { ...pod, status: { ...pod.status, conditions: list } };
}

/** The Pod once a plan took effect. */
function carriedOut(pod: Pod, { changes }: Plan): Pod {
  return changes.reduce((now, change): Pod => {
    if ('input' in change) throw new Error('nothing is to be made');
    expect(change.target).toEqual({ namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid });
    if (change.verb === 'bind') return boundTo(now, change.nodeName, nowMs);
    if (change.verb === 'transformStatus' && change.kind === 'Pod') return { ...now, status: change.transform(now) ?? now.status };
    throw new Error(`not expected: ${change.verb}`);
  }, pod);
}

const scheduled = (pod: Pod): readonly string[] => pod.status.conditions.filter(({ type }) => type === 'PodScheduled').map((condition) => condition.status);
const others = (pod: Pod): readonly Condition[] => pod.status.conditions.filter(({ type }) => type !== 'PodScheduled');

test('a bound Pod has its node and one condition PodScheduled that is True; everything else is as it was, and doing it again changes nothing', () => {
  fc.assert(fc.property(names, conditions, nodes, (name, list, node) => {
    const pod = podOf(name, list);
    const plan = planBinding(pod, node);
    const bound = carriedOut(pod, plan);
    expect(bound.spec).toEqual({ ...pod.spec, nodeName: node });
    expect(scheduled(bound)).toEqual(['True']);
    expect(others(bound)).toEqual(others(pod));
    expect(carriedOut(bound, planBinding(bound, node))).toEqual(bound);
    expect(plan.events?.map((event) => [event.reason, event.object.uid])).toEqual([['Scheduled', pod.metadata.uid]]);
  }));
});

test('a refused Pod says why once: the same refusal again plans nothing, another reason is written, and a Pod that was bound meanwhile is left alone', () => {
  const message = fc.constantFrom('no room', 'other', 'third');
  fc.assert(fc.property(names, conditions, message, message, nodes, (name, list, first, second, node) => {
    const pod = podOf(name, list);
    const refusal = planRefusal(pod, first, nowMs);
    const refused = carriedOut(pod, refusal);
    expect(refused.status.conditions.find(({ type }) => type === 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable', message: first });
    expect(others(refused)).toEqual(others(pod));
    expect(planRefusal(refused, second, nowMs + 1000).changes).toHaveLength(first === second ? 0 : 1);
    expect(refusal.events ?? []).toHaveLength(refusal.changes.length);
    const bound = carriedOut(pod, planBinding(pod, node));
    expect(carriedOut(bound, refusal)).toEqual(bound);
  }));
});

test('several bindings are the same as one after the other', () => {
  fc.assert(fc.property(fc.array(fc.tuple(conditions, nodes), { maxLength: 5 }), (list) => {
    const bindings = list.map(([each, nodeName], i) => ({ pod: podOf(`web-${i}`, each), nodeName }));
    const { changes, events } = planBindings(bindings);
    expect(changes).toHaveLength(bindings.length);
    for (const [i, { pod, nodeName }] of bindings.entries()) expect(carriedOut(pod, { changes: changes.slice(i, i + 1) })).toEqual(carriedOut(pod, planBinding(pod, nodeName)));
    expect(events?.map(({ object }) => object.name)).toEqual(bindings.map(({ pod }) => pod.metadata.name));
  }));
});
