import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredObject } from '../../../src/model/object.ts';
import { History } from '../../../src/store/history.ts';
import { MemorySnapshot } from '../../../src/store/snapshot.ts';
import type { Change } from '../../../src/store/store.ts';

const kinds = ['Pod', 'ConfigMap'] as const;
const spaces = ['a', 'b'] as const;

/** What a change does: which place it touches, and what is written there. */
const step = fc.record({
  kind: fc.constantFrom(...kinds), namespace: fc.constantFrom(...spaces), name: fc.constantFrom('k', 'a', 'z', 'm', 'aa'),
  remove: fc.boolean(), label: fc.option(fc.constantFrom('x', 'y')), owner: fc.option(fc.constantFrom('o1', 'o2')), node: fc.option(fc.constantFrom('n1', 'n2')),
  list: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function made({ kind, namespace, name, label, owner, node }: Step, revision: number, uid: string): StoredObject {
  const metadata = { uid, name, namespace, labels: label === null ? {} : { app: label }, annotations: {}, creationTimestamp: '', finalizers: [], generation: 1, managedFields: [],
    ownerReferences: owner === null ? [] : [{ apiVersion: 'v1', kind: 'X', name: owner, uid: owner }], resourceVersion: String(revision) };
  return { apiVersion: 'v1', kind, metadata, ...(kind === 'Pod' ? { spec: node === null ? {} : { nodeName: node } } : {}) } as StoredObject;
}

const place = (object: StoredObject): string => `${object.metadata.namespace}/${object.metadata.name}/${object.kind}`;
const sorted = (objects: Iterable<StoredObject>): StoredObject[] => [...objects].sort((a, b) => (place(a) < place(b) ? -1 : 1));

/** The same changes on a plain map, and the snapshot after each. */
function play(steps: readonly Step[]) {
  const model = new Map<string, StoredObject>();
  const history = new History(MemorySnapshot.empty, { changes: 10_000, ageMs: 1 }, 0);
  const states = [{ snapshot: MemorySnapshot.empty, objects: [] as StoredObject[] }];
  const changes: Change[] = [];
  let snapshot = MemorySnapshot.empty;
  for (const [at, each] of steps.entries()) {
    const revision = at + 1;
    const key = `${each.namespace}/${each.name}/${each.kind}`;
    const previous = model.get(key);
    if (previous === undefined && each.remove) continue;
    const object = each.remove && previous !== undefined ? previous : made(each, revision, previous?.metadata.uid ?? `uid-${revision}`);
    const change: Change = { revision, type: each.remove ? 'DELETED' : previous === undefined ? 'ADDED' : 'MODIFIED', object, previous };
    if (each.remove) model.delete(key);
    else model.set(key, object);
    const next = snapshot.after([change], revision);
    history.add(snapshot, [change], revision, 0);
    snapshot = next;
    changes.push(change);
    if (each.list) snapshot.list(each.kind);
    states.push({ snapshot, objects: sorted(model.values()) });
  }
  return { states, changes, history };
}

test('every state, also one held long, answers like a plain list of its objects', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    for (const { snapshot, objects } of play(steps).states) {
      for (const kind of kinds) {
        const ofKind = objects.filter((object) => object.kind === kind);
        expect(snapshot.list(kind)).toEqual(ofKind);
        for (const namespace of spaces) expect(snapshot.list(kind, namespace)).toEqual(ofKind.filter(({ metadata }) => metadata.namespace === namespace));
        for (const label of ['x', 'y']) {
          const labelled = ofKind.filter(({ metadata }) => metadata.labels['app'] === label);
          expect(snapshot.withLabel(kind, undefined, 'app', label)).toEqual(labelled);
          expect(snapshot.withLabel(kind, 'a', 'app', label)).toEqual(labelled.filter(({ metadata }) => metadata.namespace === 'a'));
        }
      }
      for (const owner of ['o1', 'o2']) expect(snapshot.ownedBy(owner)).toEqual(objects.filter(({ metadata }) => metadata.ownerReferences[0]?.uid === owner));
      for (const node of ['n1', 'n2']) expect(snapshot.podsOnNode(node)).toEqual(objects.filter(({ spec }) => (spec as { nodeName?: string } | undefined)?.nodeName === node));
      for (const object of objects) expect(snapshot.byUid(object.metadata.uid)).toBe(object);
    }
  }), { numRuns: 100 });
});

test('a list stays the same array while nothing in it changes', () => {
  const one = made({ kind: 'Pod', namespace: 'a', name: 'k', remove: false, label: null, owner: null, node: null, list: false }, 1, 'u1');
  const other = { ...one, kind: 'ConfigMap' };
  const first = MemorySnapshot.empty.after([{ type: 'ADDED', object: one }], 1);
  const list = first.list('Pod');
  const second = first.after([{ type: 'ADDED', object: other }], 2);
  expect(second.list('Pod')).toBe(list);
  expect(second.list('Pod', 'a')).toBe(first.list('Pod', 'a'));
});

test('any revision can be made again, and the changes between any two, at once or in pieces', () => {
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(), (steps, a, b) => {
    const { states, changes, history } = play(steps);
    for (const { snapshot, objects } of states) expect(sorted(history.at(snapshot.revision).objects())).toEqual(objects);
    const newest = states.at(-1)!.snapshot.revision;
    const [after, upTo] = [a % (newest + 1), b % (newest + 1)].sort((x, y) => x - y) as [number, number];
    expect(history.between(after, upTo)).toEqual(changes.filter(({ revision }) => revision > after && revision <= upTo));
    expect(history.between(0, newest + 1)).toBeUndefined();
  }), { numRuns: 100 });
});

test('history is forgotten by count and by age, and says so', () => {
  let snapshot = MemorySnapshot.empty;
  const history = new History(snapshot, { changes: 100, ageMs: 1_000 }, 0);
  const object = made({ kind: 'Pod', namespace: 'a', name: 'k', remove: false, label: null, owner: null, node: null, list: false }, 1, 'u1');
  for (let revision = 1; revision <= 300; revision++) {
    const next = snapshot.after([{ type: 'MODIFIED', object }], revision);
    history.add(snapshot, [{ revision, type: 'MODIFIED', object }], revision, revision);
    snapshot = next;
  }
  expect(history.between(190, 300)).toBeUndefined();
  expect(history.between(210, 300)).toHaveLength(90);
  expect(() => history.at(100)).toThrow(expect.objectContaining({ code: 'EXPIRED' }));
  history.forget(10_000);
  expect(history.between(210, 300)).toBeUndefined();
  expect(history.at(300).revision).toBe(300);
});
