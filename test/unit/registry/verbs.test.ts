import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestedChange } from '../../../src/registry/registry.ts';
import { failure, newRegistry, paths } from './support/new-registry.ts';
import type { TestRegistry } from './support/new-registry.ts';

const configMap = (name: string, data: Record<string, string> = {}): RequestedChange => ({ verb: 'create', kind: 'ConfigMap', input: { metadata: { name }, data } });
let cluster: TestRegistry;
beforeEach(async () => {
  cluster = await newRegistry();
});

describe('create', () => {
  it('gives an object its identity, defaults and status', async () => {
    const pod = await cluster.do({ verb: 'create', kind: 'Pod', input: { metadata: { generateName: 'web-' }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } });
    expect(pod.metadata).toMatchObject({ namespace: 'default', generateName: 'web-', generation: 1, creationTimestamp: '2030-01-01T00:00:00.000Z', labels: {}, finalizers: [] });
    expect(pod.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(pod.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(pod.status).toMatchObject({ phase: 'Pending' });
  });

  it('refuses a taken name, a missing namespace and one that is being deleted', async () => {
    await cluster.do(configMap('a'));
    expect(await failure(cluster.do(configMap('a')))).toMatchObject({ code: 'ALREADY_EXISTS', message: 'ConfigMap "default/a" already exists' });
    expect(await failure(cluster.do({ verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'a', namespace: 'none' } } }))).toMatchObject({ code: 'NOT_FOUND', message: 'Namespace "none" not found' });
    await cluster.do({ verb: 'create', kind: 'Namespace', input: { metadata: { name: 'team' } } });
    await cluster.do({ verb: 'delete', kind: 'Namespace', target: { name: 'team' } });
    expect(await failure(cluster.do({ verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'a', namespace: 'team' } } }))).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('lists every invalid field of every object at once, named by change', async () => {
    const error = await failure(cluster.registry.commit([
      { verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'Not A Name', labels: { 'a b': 'x' } } } },
      { verb: 'create', kind: 'ConfigMap', input: { metadata: {} } },
    ], { actor: 'test' }));
    expect(error.code).toBe('INVALID');
    expect(paths(error)).toEqual(['changes[0].metadata.name', 'changes[0].metadata.labels[a b]', 'changes[1].metadata.name']);
  });

  it('writes an object made and changed by one request once', async () => {
    const { outcomes, revision } = await cluster.registry.commit([configMap('a', { x: '1' }), { verb: 'patch', kind: 'ConfigMap', target: { name: 'a' }, patch: { data: { y: '2' } } }], { actor: 'test' });
    expect(outcomes.map(({ operation }) => operation)).toEqual(['CREATED', 'UPDATED']);
    expect(outcomes[1]?.object).toMatchObject({ data: { x: '1', y: '2' }, metadata: { generation: 1, resourceVersion: String(revision) } });
    expect(cluster.store.sets.at(-1)?.writes).toHaveLength(1);
    expect(cluster.store.sets.at(-1)?.preconditions).toEqual([{ type: 'namespace-active', name: 'default' }]);
  });

  it('makes objects in a namespace of the same request', async () => {
    const { outcomes } = await cluster.registry.commit([{ verb: 'create', kind: 'Namespace', input: { metadata: { name: 'team' } } }, { verb: 'create', kind: 'ConfigMap', input: { metadata: { name: 'a', namespace: 'team' } } }], { actor: 'test' });
    expect(outcomes).toHaveLength(2);
    expect(cluster.store.sets.at(-1)?.preconditions).toEqual([]);
  });

  it('writes nothing in a dry run', async () => {
    const { outcomes, revision } = await cluster.registry.commit([configMap('a')], { actor: 'test', dryRun: true });
    expect(outcomes[0]?.operation).toBe('CREATED');
    expect(revision).toBeUndefined();
    expect(cluster.store.snapshot().get('ConfigMap', 'default', 'a')).toBeUndefined();
  });
});

describe('update and patch', () => {
  it('update needs the resourceVersion, replaces the content and raises the generation', async () => {
    const made = await cluster.do(configMap('a', { x: '1' }));
    const input = { metadata: { name: 'a', resourceVersion: made.metadata.resourceVersion }, data: { y: '2' } };
    expect(paths(await failure(cluster.do({ verb: 'update', kind: 'ConfigMap', input: { ...input, metadata: { name: 'a' } } })))).toEqual(['metadata.resourceVersion']);
    expect(await cluster.do({ verb: 'update', kind: 'ConfigMap', input })).toMatchObject({ data: { y: '2' }, metadata: { generation: 2, uid: made.metadata.uid } });
    expect(await failure(cluster.do({ verb: 'update', kind: 'ConfigMap', input }))).toMatchObject({ code: 'CONFLICT' });
  });

  it('patch merges, removes by null, and leaves the generation alone for metadata', async () => {
    await cluster.do(configMap('a', { x: '1', y: '2' }));
    const patch = JSON.parse('{"data":{"x":null,"z":"3"}}') as object;
    expect(await cluster.do({ verb: 'patch', kind: 'ConfigMap', target: { name: 'a' }, patch })).toMatchObject({ data: { y: '2', z: '3' }, metadata: { generation: 2 } });
    expect(await cluster.do({ verb: 'patch', kind: 'ConfigMap', target: { name: 'a' }, patch: { metadata: { labels: { app: 'web' } } } })).toMatchObject({ metadata: { labels: { app: 'web' }, generation: 2 } });
  });

  it('patch that removes a required field, or begins an object without one, says which', async () => {
    await cluster.do({ verb: 'create', kind: 'Pod', input: { metadata: { name: 'p' }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } });
    const patch = JSON.parse('{"spec":{"containers":null}}') as object;
    expect(await failure(cluster.do({ verb: 'patch', kind: 'Pod', target: { name: 'p' }, patch }))).toMatchObject({ code: 'INVALID', details: { fields: [{ path: 'spec.containers', message: 'is required' }] } });
    const partial = JSON.parse('{"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{}}}}}') as object;
    expect(await failure(cluster.do({ verb: 'patch', kind: 'Pod', target: { name: 'p' }, patch: partial }))).toMatchObject({
      details: { fields: [{ path: 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms', message: 'is required' }] } });
  });

  it('writes nothing when nothing changes', async () => {
    const made = await cluster.do(configMap('a', { x: '1' }));
    const { outcomes, revision } = await cluster.registry.commit([{ verb: 'patch', kind: 'ConfigMap', target: { name: 'a' }, patch: { data: { x: '1' } } }], { actor: 'test' });
    expect(outcomes[0]).toMatchObject({ operation: 'UNCHANGED', object: made });
    expect(revision).toBeUndefined();
  });

  it('tries again when another writer came in between, and keeps both changes', async () => {
    await cluster.do(configMap('a'));
    const other = cluster.store.snapshot().get('ConfigMap', 'default', 'a')!;
    cluster.store.beforeCommit = () => void cluster.store.write({ actor: 'other', writes: [{ type: 'update', object: { ...other, data: { o: '1' } } as typeof other, expected: Number(other.metadata.resourceVersion) }] });
    expect(await cluster.do({ verb: 'patch', kind: 'ConfigMap', target: { name: 'a' }, patch: { data: { x: '1' } } })).toMatchObject({ data: { o: '1', x: '1' } });
  });

  it('keeps the text of a Secret as base64', async () => {
    await cluster.do({ verb: 'create', kind: 'Secret', input: { metadata: { name: 's' }, stringData: { a: 'one' } } });
    expect(await cluster.do({ verb: 'patch', kind: 'Secret', target: { name: 's' }, patch: { stringData: { b: 'two' } } })).toMatchObject({ data: { a: 'b25l', b: 'dHdv' } });
  });
});

describe('status', () => {
  it('is written apart from the rest, without a generation', async () => {
    await cluster.do({ verb: 'create', kind: 'Pod', input: { metadata: { name: 'p' }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } });
    const status = { phase: 'Running' } as Extract<RequestedChange, { verb: 'updateStatus'; kind: 'Pod' }>['status'];
    expect(await cluster.do({ verb: 'updateStatus', kind: 'Pod', target: { name: 'p' }, status })).toMatchObject({ status: { phase: 'Running', conditions: [], containerStatuses: [] }, metadata: { generation: 1 } });
    const unchanged = await cluster.registry.commit([{ verb: 'transformStatus', kind: 'Pod', target: { name: 'p' }, transform: () => undefined }], { actor: 'test' });
    expect(unchanged.outcomes[0]?.operation).toBe('UNCHANGED');
    expect(await cluster.do({ verb: 'patch', kind: 'Pod', target: { name: 'p' }, patch: { metadata: { labels: { a: 'b' } } } })).toMatchObject({ status: { phase: 'Running' } });
  });
});

describe('bind', () => {
  const make = () => cluster.do({ verb: 'create', kind: 'Pod', input: { metadata: { name: 'p', labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } } });
  const bind = (nodeName: string, uid?: string): RequestedChange => ({ verb: 'bind', kind: 'Pod', target: { name: 'p', uid }, nodeName });

  it('gives a Pod its node and the condition, as one write that counts as a change of content, and nothing when it is there', async () => {
    const pod = await make();
    const bound = await cluster.do(bind('node-1', pod.metadata.uid));
    expect(bound).toMatchObject({ spec: { ...(pod as unknown as { spec: object }).spec, nodeName: 'node-1' }, status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] }, metadata: { generation: 2 } });
    const { outcomes, revision } = await cluster.registry.commit([bind('node-1')], { actor: 'test' });
    expect([outcomes[0]?.operation, revision]).toEqual(['UNCHANGED', undefined]);
  });

  it('refuses a Pod that is elsewhere, is another, is being deleted, or is not there, and a name that no node has', async () => {
    expect(await failure(cluster.do(bind('node-1')))).toMatchObject({ code: 'NOT_FOUND' });
    await make();
    expect(await failure(cluster.do(bind('node-1', 'another')))).toMatchObject({ code: 'CONFLICT' });
    const invalid = await failure(cluster.do(bind('Node 1')));
    expect([invalid.code, paths(invalid)]).toEqual(['INVALID', ['spec.nodeName']]);
    await cluster.do(bind('node-1'));
    expect(await failure(cluster.do(bind('node-2')))).toMatchObject({ code: 'CONFLICT', message: 'Pod "default/p" is on node "node-1" already, and a Pod never moves' });
    await cluster.do({ verb: 'delete', kind: 'Pod', target: { name: 'p' } });
    expect(await failure(cluster.do(bind('node-1')))).toMatchObject({ code: 'CONFLICT', message: 'Pod "default/p" is being deleted and is bound to no node any more' });
  });

  it('what else the same request does to the Pod is validated as ever', async () => {
    await make();
    const relabel: RequestedChange = { verb: 'patch', kind: 'Pod', target: { name: 'p' }, patch: { metadata: { labels: { 'a b': 'x' } } } };
    for (const changes of [[bind('node-1'), relabel], [relabel, bind('node-1')]]) {
      expect(paths(await failure(cluster.registry.commit(changes, { actor: 'test' }))).map((path) => path.replace(/^changes\[.\]\./, ''))).toEqual(['metadata.labels[a b]']);
    }
  });

  it('the one who binds an applied Pod owns its nodeName', async () => {
    await cluster.do({ verb: 'apply', kind: 'Pod', target: { name: 'p' }, input: { spec: { containers: [{ name: 'web', image: 'web:1' }] } }, fieldManager: 'me', force: false });
    const bound = await cluster.do(bind('node-1'), { actor: 'scheduler' });
    expect(bound.metadata.managedFields.find(({ manager }) => manager === 'scheduler')?.fields).toEqual(['spec.nodeName']);
  });
});
