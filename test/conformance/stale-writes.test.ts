import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindNames } from '../../src/model/object.ts';
import type { StoredObject } from '../../src/model/object.ts';
import { writableParts } from '../../src/registry/object-parts.ts';
import type { RequestedChange } from '../../src/registry/registry.ts';
import { failure, labelling, openCluster, targetOf } from './support/open-cluster.ts';
import type { Cluster } from './support/open-cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(async () => cluster[Symbol.asyncDispose]());

const updateOf = (object: StoredObject, labels: Readonly<Record<string, string>>): RequestedChange => {
  const parts = writableParts(object);
  return { verb: 'update', kind: object.kind, input: { ...parts, metadata: { ...parts.metadata, ...targetOf(object), labels, resourceVersion: object.metadata.resourceVersion } } } as unknown as RequestedChange;
};

describe.each(kindNames)('%s', (kind) => {
  it('refuses a stale update, patch and deletion, and changes nothing then', async () => {
    const stale: StoredObject = await cluster.make(kind);
    const { object: fresh } = await cluster.change(labelling(kind, targetOf(stale), { a: 'b' }));
    const { resourceVersion } = stale.metadata;
    expect(await failure(cluster.change(updateOf(stale, { x: 'y' })))).toMatchObject({ code: 'CONFLICT' });
    expect(await failure(cluster.change(labelling(kind, { ...targetOf(stale), resourceVersion }, { x: 'y' })))).toMatchObject({ code: 'CONFLICT' });
    expect(await failure(cluster.change({ verb: 'delete', kind, target: { ...targetOf(stale), resourceVersion } }))).toMatchObject({ code: 'CONFLICT' });
    expect(await failure(cluster.change({ verb: 'delete', kind, target: { ...targetOf(stale), uid: 'another' } }))).toMatchObject({ code: 'CONFLICT' });
    expect(cluster.read(kind, targetOf(stale))).toEqual(fresh);
  });

  it('lets exactly one of many updates of one state succeed, and all patches', async () => {
    const base: StoredObject = await cluster.make(kind);
    const results = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((value) => cluster.change(updateOf(base, { who: value }))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((value) => cluster.change(labelling(kind, targetOf(base), { [value]: value }))));
    expect(cluster.read(kind, targetOf(base))?.metadata.labels).toMatchObject({ a: 'a', b: 'b', c: 'c', d: 'd', e: 'e' });
  });
});
