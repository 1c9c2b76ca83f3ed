import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindNames } from '../../src/model/object.ts';
import type { StoredObject } from '../../src/model/object.ts';
import { writableParts } from '../../src/registry/object-parts.ts';
import type { RequestedChange } from '../../src/registry/registry.ts';
import { hasStatus, labelling, openCluster, targetOf } from './support/open-cluster.ts';
import type { Cluster } from './support/open-cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(async () => cluster[Symbol.asyncDispose]());

const condition = { type: 'Tested', status: 'True', reason: 'ByConformance', lastTransitionTime: '2030-01-01T00:00:00.000Z' };
const withCondition = (object: StoredObject) => ({ ...(object.status as object), conditions: [condition] });

describe.each(kindNames.filter(hasStatus))('%s', (kind) => {
  it('a status leaves everything else alone, and raises no generation', async () => {
    const before: StoredObject = await cluster.make(kind);
    const { object: after, operation } = await cluster.change({ verb: 'updateStatus', kind, target: targetOf(before), status: withCondition(before) } as unknown as RequestedChange);
    expect(operation).toBe('UPDATED');
    expect(after.status).toMatchObject({ conditions: [condition] });
    expect(writableParts(after)).toEqual(writableParts(before));
    expect(after.metadata).toEqual({ ...before.metadata, resourceVersion: after.metadata.resourceVersion });
  });

  it('an update and a patch leave the status alone', async () => {
    const made: StoredObject = await cluster.make(kind);
    const { object: reported } = await cluster.change({ verb: 'updateStatus', kind, target: targetOf(made), status: withCondition(made) } as unknown as RequestedChange);
    const { object: labelled } = await cluster.change(labelling(kind, targetOf(made), { a: 'b' }));
    expect(labelled.status).toEqual(reported.status);
    const parts = writableParts(labelled);
    const input = { ...parts, status: {}, metadata: { ...parts.metadata, ...targetOf(labelled), labels: { a: 'c' }, resourceVersion: labelled.metadata.resourceVersion } };
    expect((await cluster.change({ verb: 'update', kind, input } as unknown as RequestedChange)).object.status).toEqual(reported.status);
  });

  it('a transform that leaves the status writes nothing; one that races with another writer is run again', async () => {
    const made: StoredObject = await cluster.make(kind);
    expect((await cluster.change({ verb: 'transformStatus', kind, target: targetOf(made), transform: () => undefined } as RequestedChange)).operation).toBe('UNCHANGED');
    const add = (type: string): RequestedChange => ({
      verb: 'transformStatus', kind, target: targetOf(made),
      transform: (object: StoredObject) => ({ ...(object.status as object), conditions: [...(object.status as { conditions: readonly object[] }).conditions, { ...condition, type }] }),
    }) as unknown as RequestedChange;
    await Promise.all(['A', 'B', 'C', 'D', 'E', 'F'].map((type) => cluster.change(add(type))));
    const status = cluster.read(kind, targetOf(made))?.status as { readonly conditions: readonly { readonly type: string }[] } | undefined;
    expect(status?.conditions.map(({ type }) => type).sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
  });
});
