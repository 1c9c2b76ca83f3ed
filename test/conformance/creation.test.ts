import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindFacts, kindNames } from '../../src/model/object.ts';
import type { RequestedChange } from '../../src/registry/registry.ts';
import { isClaim } from '../../src/registry/admission/claims.ts';
import { minimalInput, minimalName } from '../support/arbitraries/minimal-inputs.ts';
import { failure, openCluster, targetOf } from './support/open-cluster.ts';
import type { Cluster } from './support/open-cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(async () => cluster[Symbol.asyncDispose]());

const bad = { 'not a key': 'x', ok: 'not a value!' };

describe.each(kindNames)('%s', (kind) => {
  it('is made once under a name', async () => {
    const made = await cluster.make(kind);
    const input = { ...minimalInput(kind), metadata: targetOf(made) };
    expect(await failure(cluster.change({ verb: 'create', kind, input } as RequestedChange))).toMatchObject({ code: 'ALREADY_EXISTS', details: { subject: { kind, name: made.metadata.name } } });
  });

  it('tells all invalid fields at once, each with its path, and stores nothing', async () => {
    const before = cluster.store.snapshot().revision;
    const input = { ...minimalInput(kind), metadata: { ...minimalInput(kind).metadata, name: 'Not/a name', labels: bad, finalizers: ['no good'] } };
    const error = await failure(cluster.change({ verb: 'create', kind, input } as RequestedChange));
    expect(error.code).toBe('INVALID');
    expect(error.details.fields?.map(({ path }) => path)).toEqual(expect.arrayContaining(['metadata.name', 'metadata.labels[not a key]', 'metadata.labels[ok]', 'metadata.finalizers[0]']));
    expect(cluster.store.snapshot().revision).toBe(before);
  });

  it('changes nothing in a dry run, but says what it would', async () => {
    const before = cluster.store.snapshot();
    const input = minimalInput(kind, minimalName(kind, 250));
    const { outcomes, revision } = await cluster.registry.commit([{ verb: 'create', kind, input } as RequestedChange], { actor: 'test', dryRun: true });
    expect(outcomes).toMatchObject([{ operation: 'CREATED', object: { kind, metadata: { name: input.metadata.name } } }]);
    expect(revision).toBeUndefined();
    expect(cluster.store.snapshot()).toBe(before);
  });
});

describe.each(kindNames.filter((kind) => !isClaim(kind)))('%s', (kind) => {
  it('gets a name from a prefix', async () => {
    const { name: _name, ...metadata } = minimalInput(kind).metadata;
    const make = () => cluster.change({ verb: 'create', kind, input: { ...minimalInput(kind), metadata: { ...metadata, generateName: 'from-a-prefix-' } } } as RequestedChange);
    const [one, two] = await Promise.all([make(), make()]);
    expect(one.object.metadata.name).toMatch(/^from-a-prefix-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(one.object.metadata.name).not.toBe(two.object.metadata.name);
  });
});

describe.each(kindNames.filter((kind) => kindFacts[kind].namespaced))('%s', (kind) => {
  it('needs its namespace', async () => {
    const input = { ...minimalInput(kind), metadata: { ...minimalInput(kind).metadata, namespace: 'nowhere' } };
    expect(await failure(cluster.change({ verb: 'create', kind, input } as RequestedChange))).toMatchObject({ code: 'NOT_FOUND', details: { subject: { kind: 'Namespace', name: 'nowhere' } } });
  });
});

describe.each(kindNames.filter((kind) => !kindFacts[kind].namespaced))('%s', (kind) => {
  it('takes no namespace', async () => {
    const input = { ...minimalInput(kind), metadata: { ...minimalInput(kind).metadata, namespace: 'default' } };
    expect(await failure(cluster.change({ verb: 'create', kind, input } as RequestedChange))).toMatchObject({ code: 'INVALID', details: { fields: [{ path: 'metadata.namespace' }] } });
  });
});
