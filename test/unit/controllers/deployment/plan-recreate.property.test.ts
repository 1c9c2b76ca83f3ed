import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CountedSet } from '../../../../src/controllers/deployment/counted-set.ts';
import { planRecreate } from '../../../../src/controllers/deployment/plan-recreate.ts';
import { countedSet } from '../support/arbitraries.ts';
import { aReplicaSet } from '../support/objects.ts';

const bounds = { ceiling: 5, floor: 0, maxSurge: 0, maxUnavailable: 5 };

test('from any counts: old ReplicaSets go to none, and the new one grows only when no old Pod is there or wanted', () => {
  fc.assert(fc.property(fc.nat(6), fc.option(countedSet('next'), { nil: undefined }), fc.array(fc.nat(2), { maxLength: 2 }).chain((list) => fc.tuple(...list.map((_, index) => countedSet(`old-${index}`)))), fc.boolean(), (desired, next, old, areGone) => {
    const previous = areGone ? old.map((set) => ({ ...set, wanted: 0, active: 0, present: 0 })) : old;
    const sizes = planRecreate({ desired, bounds, next, previous });
    expect([...sizes.previous]).toEqual(previous.map((set) => [set.replicaSet.metadata.name, 0]));
    const isClear = previous.every((set) => set.wanted === 0 && set.present === 0);
    expect(sizes.next).toBe(isClear ? desired : next?.wanted ?? 0);
  }));
});

test('whatever the order of events: no new Pod runs while an old one does, and in the end as many new ones run as desired', () => {
  const events = fc.array(fc.constantFrom('plan' as const, 'delete' as const, 'gone' as const, 'create' as const), { maxLength: 60 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), events, (running, desired, steps) => {
    const old = { wanted: running, active: running, present: running };
    const next = { wanted: 0, active: 0 };
    const act = {
      plan: () => {
        const sizes = planRecreate({ desired, bounds, next: counted('next', { ...next, present: next.active }), previous: [counted('old', old)] });
        next.wanted = sizes.next;
        old.wanted = sizes.previous.get('old') ?? old.wanted;
      },
      delete: () => { if (old.active > old.wanted) old.active -= 1; },
      gone: () => { if (old.present > old.active) old.present -= 1; },
      create: () => { if (next.active < next.wanted) next.active += 1; },
    };
    const calm = Array.from({ length: 20 }, () => ['plan', 'delete', 'gone', 'create'] as const).flat();
    for (const step of [...steps, ...calm]) {
      act[step]();
      expect(Math.min(next.active, old.present)).toBe(0);
    }
    expect([next.active, old.present]).toEqual([desired, 0]);
  }));
});

function counted(name: string, { wanted, active, present }: { readonly wanted: number; readonly active: number; readonly present: number }): CountedSet {
  return { replicaSet: aReplicaSet(name, { replicas: wanted }), wanted, active, ready: active, available: active, present };
}
