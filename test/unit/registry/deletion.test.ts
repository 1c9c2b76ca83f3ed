import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PodStatus, StoredObject } from '../../../src/model/object.ts';
import type { DeleteOptions } from '../../../src/registry/registry.ts';
import { isReadyToGo, planDeletion } from '../../../src/registry/verbs/plan-deletion.ts';
import { failure, newRegistry } from './support/new-registry.ts';
import type { TestRegistry } from './support/new-registry.ts';

let cluster: TestRegistry;
beforeEach(async () => {
  cluster = await newRegistry();
});
const makePod = (nodeName?: string, finalizers: readonly string[] = []) => cluster.do({
  verb: 'create', kind: 'Pod', input: { metadata: { name: 'p', finalizers }, spec: { containers: [{ name: 'web', image: 'web:1' }], ...(nodeName ? { nodeName } : {}) } },
});
const deletePod = async (options?: DeleteOptions) => (await cluster.registry.commit([{ verb: 'delete', kind: 'Pod', target: { name: 'p' }, options }], { actor: 'test' })).outcomes[0]!;
const stored = () => cluster.store.snapshot().get('Pod', 'default', 'p');

describe('deletion of a Pod', () => {
  it('takes one that is on no node at once', async () => {
    await makePod();
    expect(await deletePod()).toMatchObject({ operation: 'DELETED', object: { metadata: { name: 'p' } } });
    expect(stored()).toBeUndefined();
  });

  it('gives one on a node its grace period, which can only be shortened', async () => {
    await makePod('node-1');
    expect(await deletePod()).toMatchObject({ operation: 'DELETED', object: { metadata: { deletionTimestamp: '2030-01-01T00:00:00.000Z', deletionGracePeriodSeconds: 30, generation: 1 } } });
    cluster.clock.advance(5000);
    expect((await deletePod({ gracePeriodSeconds: 60 })).operation).toBe('UNCHANGED');
    expect((await deletePod({ gracePeriodSeconds: 10 })).object.metadata).toMatchObject({ deletionTimestamp: '2030-01-01T00:00:00.000Z', deletionGracePeriodSeconds: 10 });
    expect((await deletePod({ gracePeriodSeconds: -5 })).object.metadata.deletionGracePeriodSeconds).toBe(1);
    expect(stored()).toBeDefined();
    await deletePod({ gracePeriodSeconds: 0 });
    expect(stored()).toBeUndefined();
  });

  it('takes one whose containers have ended at once', async () => {
    await makePod('node-1');
    await cluster.do({ verb: 'updateStatus', kind: 'Pod', target: { name: 'p' }, status: { phase: 'Succeeded', conditions: [], containerStatuses: [], initContainerStatuses: [] } satisfies PodStatus });
    await deletePod();
    expect(stored()).toBeUndefined();
  });

  it('waits for finalizers; whoever removes the last one deletes it', async () => {
    await makePod(undefined, ['example.com/backup']);
    expect((await deletePod()).object.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ['example.com/backup'] });
    expect(await failure(cluster.do({ verb: 'patch', kind: 'Pod', target: { name: 'p' }, patch: { metadata: { finalizers: ['example.com/backup', 'example.com/more'] } } }))).toMatchObject({ code: 'INVALID' });
    const { outcomes } = await cluster.registry.commit([{ verb: 'patch', kind: 'Pod', target: { name: 'p' }, patch: { metadata: { finalizers: [] } } }], { actor: 'test' });
    expect(outcomes[0]?.operation).toBe('DELETED');
    expect(stored()).toBeUndefined();
  });

  it('checks the uid and the revision it is given', async () => {
    const pod = await makePod();
    expect(await failure(cluster.do({ verb: 'delete', kind: 'Pod', target: { name: 'p', uid: 'other' } }))).toMatchObject({ code: 'CONFLICT' });
    expect(await failure(cluster.do({ verb: 'delete', kind: 'Pod', target: { name: 'p', resourceVersion: '1' } }))).toMatchObject({ code: 'CONFLICT' });
    await cluster.do({ verb: 'delete', kind: 'Pod', target: { name: 'p', uid: pod.metadata.uid, resourceVersion: pod.metadata.resourceVersion } });
    expect(await failure(deletePod())).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('deletion of an owner', () => {
  const spec = { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } };
  const remove = async (kind: 'ReplicaSet' | 'Deployment', options?: DeleteOptions) => {
    await cluster.do({ verb: 'create', kind, input: { metadata: { name: 'web' }, spec } });
    return cluster.do({ verb: 'delete', kind, target: { name: 'web' }, options });
  };

  it('leaves the dependents of a ReplicaSet and takes those of a Deployment, where nothing else is said', async () => {
    expect((await remove('ReplicaSet')).metadata.finalizers).toEqual(['orphan']);
    await remove('Deployment');
    expect(cluster.store.snapshot().get('Deployment', 'default', 'web')).toBeUndefined();
  });

  it('waits for dependents in the foreground', async () => {
    expect((await remove('Deployment', { propagationPolicy: 'FOREGROUND' })).metadata.finalizers).toEqual(['foregroundDeletion']);
  });
});

describe('deletion of a Namespace', () => {
  it('ends when its finalizer is taken away', async () => {
    await cluster.do({ verb: 'create', kind: 'Namespace', input: { metadata: { name: 'team' }, spec: { finalizers: [] } } });
    expect(await cluster.do({ verb: 'delete', kind: 'Namespace', target: { name: 'team' } })).toMatchObject({ status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
    await cluster.do({ verb: 'patch', kind: 'Namespace', target: { name: 'team' }, patch: { spec: { finalizers: [] } } });
    expect(cluster.store.snapshot().get('Namespace', '', 'team')).toBeUndefined();
  });

  it('is refused for those that every cluster has', async () => {
    expect(await failure(cluster.do({ verb: 'delete', kind: 'Namespace', target: { name: 'kube-system' } }))).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('planDeletion', () => {
  const pod = (nodeName: string | undefined, seconds: number, finalizers: readonly string[]) => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', uid: 'u', finalizers, labels: {}, annotations: {}, ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [], creationTimestamp: '' },
    spec: { nodeName, terminationGracePeriodSeconds: seconds }, status: { phase: 'Running' },
  }) as StoredObject;
  const options = fc.record({ gracePeriodSeconds: fc.option(fc.integer({ min: -5, max: 60 }), { nil: undefined }), propagationPolicy: fc.constantFrom(undefined, 'ORPHAN' as const, 'BACKGROUND' as const, 'FOREGROUND' as const) });

  it('never moves the time, never lengthens the grace period, and keeps what others hold', () => {
    fc.assert(fc.property(fc.option(fc.constant('node-1'), { nil: undefined }), fc.nat(100), fc.subarray(['a.b/c', 'orphan']), fc.array(options, { minLength: 1 }), (nodeName, seconds, finalizers, requests) => {
      let object = pod(nodeName, seconds, finalizers);
      requests.forEach((request, i) => {
        const next = planDeletion(object, request, 'BACKGROUND', i * 1000);
        expect(next.metadata.deletionTimestamp).toBe('1970-01-01T00:00:00.000Z');
        if (i > 0) expect(next.metadata.deletionGracePeriodSeconds).toBeLessThanOrEqual(object.metadata.deletionGracePeriodSeconds ?? 0);
        expect(next.metadata.finalizers.includes('a.b/c')).toBe(finalizers.includes('a.b/c'));
        if (next.metadata.finalizers.length > 0) expect(isReadyToGo(next)).toBe(false);
        if (nodeName === undefined) expect(next.metadata.deletionGracePeriodSeconds).toBe(0);
        object = next;
      });
    }));
  });
});
