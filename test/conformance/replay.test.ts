import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, keyText, kindNames } from '../../src/model/object.ts';
import type { KindName, StoredObject } from '../../src/model/object.ts';
import type { Change, Snapshot } from '../../src/store/store.ts';
import { labelling, openAnother, openCluster, targetOf } from './support/open-cluster.ts';
import type { Cluster } from './support/open-cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(async () => cluster[Symbol.asyncDispose]());

type Step = readonly [action: 'make' | 'label' | 'delete', position: number];
const steps = fc.array(fc.tuple(fc.constantFrom('make', 'make', 'label', 'label', 'delete'), fc.nat(20)) as fc.Arbitrary<Step>, { minLength: 3, maxLength: 12 });

async function run(kind: KindName, [action, position]: Step, count: number): Promise<void> {
  const objects = (cluster.store.snapshot().list(kind) as unknown as readonly StoredObject[]).filter(({ metadata }) => metadata.deletionTimestamp === undefined && metadata.name !== 'kubernetes' && !/^(default|kube-.*)$/.test(metadata.name));
  const chosen = objects[position % Math.max(1, objects.length)];
  if (action === 'make' || !chosen) await cluster.make(kind);
  else if (action === 'label') await cluster.change(labelling(kind, targetOf(chosen), { step: String(count) }));
  else await cluster.change({ verb: 'delete', kind, target: targetOf(chosen), options: { propagationPolicy: 'BACKGROUND' } });
}

function stateOf(snapshot: Snapshot, kind: KindName): Map<string, StoredObject> {
  return new Map((snapshot.list(kind) as unknown as readonly StoredObject[]).map((object) => [keyText(keyOf(object)), object]));
}

function replay(state: Map<string, StoredObject>, changes: readonly Change[], kind: KindName): Map<string, StoredObject> {
  for (const { type, object } of changes) {
    if (object.kind !== kind) continue;
    const key = keyText(keyOf(object));
    expect(state.has(key)).toBe(type !== 'ADDED');
    if (type === 'DELETED') state.delete(key);
    else state.set(key, object);
  }
  return state;
}

const plain = (state: ReadonlyMap<string, StoredObject>): unknown => JSON.parse(JSON.stringify([...state].sort(([one], [other]) => (one < other ? -1 : 1))));

describe.each(kindNames)('%s', (kind) => {
  it('whoever stops listening anywhere and resumes has missed nothing and seen nothing twice', async () => {
    await fc.assert(fc.asyncProperty(steps, async (history) => {
      const seen: Snapshot[] = [cluster.store.snapshot()];
      for (const [i, step] of history.entries()) {
        await run(kind, step, i);
        seen.push(cluster.store.snapshot());
      }
      const end = cluster.store.snapshot();
      for (const start of seen) {
        const changes = await cluster.store.changesBetween(start.revision, end.revision);
        expect(changes.map(({ revision }) => revision)).toEqual(changes.map(({ revision }) => revision).toSorted((one, other) => one - other));
        expect(plain(replay(stateOf(start, kind), changes, kind))).toEqual(plain(stateOf(end, kind)));
      }
    }), { numRuns: 4 });
  });
});

it('a server that has just started replays the same from the log', async () => {
  await using other = await openAnother(cluster.databaseUrl);
  const upTo = cluster.store.snapshot().revision;
  const strip = (changes: readonly Change[]): unknown => JSON.parse(JSON.stringify(changes.map(({ revision, type, object }) => ({ revision, type, object }))));
  expect(strip(await other.changesBetween(0, upTo))).toEqual(strip(await cluster.store.changesBetween(0, upTo)));
});
