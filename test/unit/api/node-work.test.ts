import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NodeWork } from '../../../src/api/watch/node-work.ts';
import type { WatchEvent } from '../../../src/api/watch/watch-event.ts';
import { keyOf, keyText } from '../../../src/model/object.ts';
import type { StoredObject } from '../../../src/model/object.ts';
import { MemorySnapshot } from '../../../src/store/snapshot.ts';
import type { Change } from '../../../src/store/store.ts';

interface Step {
  readonly kind: 'Pod' | 'Secret';
  readonly name: string;
  readonly remove: boolean;
  readonly nodeName: string | undefined;
  readonly secrets: readonly string[];
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('Pod', 'Secret'), name: fc.constantFrom('a', 'b', 'c'), remove: fc.boolean(),
  nodeName: fc.constantFrom(undefined, 'n1', 'n2'), secrets: fc.subarray(['a', 'b', 'c']),
});

/** Makes changes of steps, as a store would: a bound Pod stays on its node. */
function changeOf({ kind, name, remove, nodeName, secrets }: Step, revision: number, before: MemorySnapshot, batch: ReadonlyMap<string, StoredObject | undefined>): Change | undefined {
  const key = keyText({ kind, namespace: 'default', name });
  const previous: StoredObject | undefined = batch.has(key) ? batch.get(key) : before.get(kind, 'default', name);
  const metadata = { uid: previous?.metadata.uid ?? `${key}-${revision}`, name, namespace: 'default', labels: {}, annotations: {}, creationTimestamp: '', finalizers: [], ownerReferences: [], resourceVersion: String(revision), generation: 1, managedFields: [] };
  if (remove) return previous && { revision, type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } }, previous };
  const bound = (previous?.spec as { nodeName?: string } | undefined)?.nodeName ?? nodeName;
  const spec = kind === 'Pod' ? { nodeName: bound, containers: [{ name: 'main', image: 'x' }], initContainers: [], volumes: [], imagePullSecrets: secrets.map((secret) => ({ name: secret })) } : undefined;
  const object = { apiVersion: 'v1', kind, metadata, ...(spec ? { spec } : {}) };
  return { revision, type: previous ? 'MODIFIED' : 'ADDED', object, ...(previous ? { previous } : {}) };
}

test('after every batch a node knows its Pods and what they refer to, in their newest state, and nothing else', () => {
  fc.assert(fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 15 }), (batches) => {
    let snapshot = MemorySnapshot.empty, revision = 1;
    const needed = new Set<string>();
    const known = new Map<string, string>();
    const work = new NodeWork('n1', { needs: (key) => needed.add(key), needsNoMore: (key) => needed.delete(key) });
    const take = (events: readonly WatchEvent[]) => {
      for (const { type, object } of events) {
        if (!object) continue;
        const key = keyText(keyOf(object));
        expect(known.has(key)).toBe(type !== 'ADDED');
        if (type === 'DELETED') known.delete(key);
        else known.set(key, object.metadata.resourceVersion);
      }
    };
    take(work.start(snapshot));
    for (const steps of batches) {
      const changes: Change[] = [];
      const batch = new Map<string, StoredObject | undefined>();
      for (const one of steps) {
        revision += 1;
        const change = changeOf(one, revision, snapshot, batch);
        if (!change) continue;
        changes.push(change);
        batch.set(keyText(keyOf(change.object)), change.type === 'DELETED' ? undefined : change.object);
      }
      for (const change of changes) snapshot = snapshot.after([change], change.revision);
      for (const change of changes) {
        if (change.object.kind === 'Pod') {
          if ([change.object, change.previous].some((pod) => (pod?.spec as { nodeName?: string } | undefined)?.nodeName === 'n1')) take(work.podChanged(change, snapshot));
        } else if (needed.has(keyText(keyOf(change.object)))) {
          take(work.referredChanged(change, { type: change.type, revision: change.revision, object: change.object }));
        }
      }
      const pods = snapshot.podsOnNode('n1');
      const secrets = [...new Set(pods.flatMap((pod) => (pod.spec.imagePullSecrets ?? []).map(({ name }) => name)))];
      const truth = [...pods, ...secrets.map((name) => snapshot.get('Secret', 'default', name)).filter((secret) => secret !== undefined)];
      expect([...known].sort()).toEqual(truth.map((object) => [keyText(keyOf(object)), object.metadata.resourceVersion]).sort());
    }
  }), { numRuns: 500 });
});
