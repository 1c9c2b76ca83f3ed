import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindNames } from '../../src/model/object.ts';
import type { RequestedChange } from '../../src/registry/registry.ts';
import { minimalInput } from '../support/arbitraries/minimal-inputs.ts';
import { failure, openCluster, targetOf } from './support/open-cluster.ts';
import type { Cluster } from './support/open-cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(async () => cluster[Symbol.asyncDispose]());

const finalizer = 'example.com/backup';

describe.each(kindNames)('%s', (kind) => {
  it('stays while a finalizer holds it, and goes with the last one', async () => {
    const made = await cluster.make(kind, { finalizers: [finalizer] });
    const target = targetOf(made);
    const marked = await cluster.change({ verb: 'delete', kind, target, options: { propagationPolicy: 'BACKGROUND' } });
    expect(marked).toMatchObject({ operation: 'DELETED', object: { metadata: { finalizers: [finalizer], generation: 1 } } });
    const { deletionTimestamp } = marked.object.metadata;
    expect(deletionTimestamp).toBeDefined();
    const again = await cluster.change({ verb: 'delete', kind, target, options: { propagationPolicy: 'BACKGROUND' } });
    expect(again).toMatchObject({ operation: 'UNCHANGED', object: { metadata: { deletionTimestamp } } });
    const freed = { metadata: { finalizers: [] }, ...(kind === 'Namespace' ? { spec: { finalizers: [] } } : {}) };
    expect((await cluster.change({ verb: 'patch', kind, target, patch: freed } as RequestedChange)).operation).toBe('DELETED');
    expect(cluster.read(kind, target)).toBeUndefined();
    expect(await failure(cluster.change({ verb: 'delete', kind, target }))).toMatchObject({ code: 'NOT_FOUND', details: { subject: { kind, name: made.metadata.name } } });
  });

  it('is another object when it is made again under its name', async () => {
    const made = await cluster.make(kind);
    const target = targetOf(made);
    await cluster.change({ verb: 'delete', kind, target, options: { propagationPolicy: 'BACKGROUND' } });
    if (kind === 'Namespace') await cluster.change({ verb: 'patch', kind, target, patch: { spec: { finalizers: [] } } });
    const { object } = await cluster.change({ verb: 'create', kind, input: { ...minimalInput(kind), metadata: target } } as RequestedChange);
    expect(object.metadata.uid).not.toBe(made.metadata.uid);
    expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
  });
});
