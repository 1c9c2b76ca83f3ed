import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ManagedFields } from '../../../src/model/object.ts';
import { findConflicts, ownersAfter, planApply } from '../../../src/registry/ownership/plan-apply.ts';
import type { ApplyRequest } from '../../../src/registry/ownership/plan-apply.ts';
import { leavesOf, presence } from '../../../src/registry/schema/leaves.ts';
import { shapeOf } from '../../../src/registry/schema/shape.ts';

const shape = shapeOf('Deployment');
const time = '2030-01-01T00:00:00.000Z';
const key = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('1', '2');
const map = fc.dictionary(key, value, { maxKeys: 3 });
const variables = fc.uniqueArray(fc.record({ name: key, value }), { selector: ({ name }) => name, maxLength: 2 });
const containers = fc.uniqueArray(fc.record({ name: key, image: value, env: variables, command: fc.array(value, { maxLength: 2 }) }, { requiredKeys: ['name'] }), { selector: ({ name }) => name, maxLength: 3 });
const inputs = fc.record({
  metadata: fc.record({ labels: map, annotations: map, finalizers: fc.uniqueArray(key) }, { requiredKeys: [] }),
  spec: fc.record({ replicas: fc.nat(3), template: fc.record({ spec: fc.record({ containers }) }) }, { requiredKeys: [] }),
}, { requiredKeys: [] });
const manager = fc.constantFrom('one', 'two', 'three');
const histories = fc.array(fc.tuple(manager, inputs), { maxLength: 5 });

interface State {
  readonly live: unknown;
  readonly owners: readonly ManagedFields[];
}

function requestOf({ live, owners }: State, who: string, wanted: unknown): ApplyRequest {
  return { shape, live, wanted, manager: who, owners };
}

/** An object after one more apply, forced where others own what changes. */
function applied(state: State, who: string, wanted: unknown): State {
  const request = requestOf(state, who, wanted);
  const { parts, owned } = planApply(request);
  return { live: parts, owners: ownersAfter(request, owned, findConflicts(request, owned, parts), time) };
}

const after = (history: readonly (readonly [string, unknown])[]): State => history.reduce<State>((state, [who, wanted]) => applied(state, who, wanted), { live: undefined, owners: [] });
const leaves = (state: State): ReadonlyMap<string, unknown> => new Map([...leavesOf(shape, state.live)].filter(([, leaf]) => leaf !== presence));

test('after any history, applying the same again owns and changes the same, and conflicts with nobody', () => {
  fc.assert(fc.property(histories, manager, inputs, (history, who, wanted) => {
    const once = applied(after(history), who, wanted);
    expect(applied(once, who, wanted)).toEqual(once);
    const { parts, owned } = planApply(requestOf(once, who, wanted));
    expect(findConflicts(requestOf(once, who, wanted), owned, parts)).toEqual([]);
  }));
});

test('what is wanted is there as wanted and owned; what others own and nobody wants changed is untouched; nothing else appears', () => {
  fc.assert(fc.property(histories, manager, inputs, (history, who, wanted) => {
    const before = after(history);
    const state = applied(before, who, wanted);
    const [was, is, asked] = [leaves(before), leaves(state), leaves({ live: wanted, owners: [] })];
    const owned = state.owners.find((owner) => owner.manager === who)?.fields ?? [];
    for (const [path, leaf] of asked) expect([path, is.get(path), owned.includes(path)]).toEqual([path, leaf, true]);
    for (const { manager: other, fields } of before.owners) {
      if (other !== who) for (const path of fields) if (!asked.has(path)) expect([path, is.get(path)]).toEqual([path, was.get(path)]);
    }
    for (const path of is.keys()) expect(was.has(path) || asked.has(path)).toBe(true);
  }));
});

test('round trip: when every manager wants nothing any more, no field and no owner is left', () => {
  fc.assert(fc.property(histories, (history) => {
    const empty = ['one', 'two', 'three'].reduce((state, who) => applied(state, who, {}), after(history));
    expect([...leaves(empty)]).toEqual([]);
    expect(empty.owners).toEqual([]);
  }));
});

test('a conflict is exactly a field that another owns and that would get another value', () => {
  fc.assert(fc.property(histories, manager, inputs, (history, who, wanted) => {
    const state = after(history);
    const request = requestOf(state, who, wanted);
    const { parts, owned } = planApply(request);
    const asked = leaves({ live: wanted, owners: [] });
    const was = leaves(state);
    const expected = state.owners.filter((owner) => owner.manager !== who).flatMap((owner) => owner.fields.filter((path) => asked.has(path) && JSON.stringify(asked.get(path)) !== JSON.stringify(was.get(path))).map((path) => `${owner.manager} ${path}`));
    expect(findConflicts(request, owned, parts).map((conflict) => `${conflict.manager} ${conflict.path}`).sort()).toEqual(expected.sort());
  }));
});
