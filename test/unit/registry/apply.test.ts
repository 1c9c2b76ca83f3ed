import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deployment, DeploymentInput } from '../../../src/model/object.ts';
import { diffObjects } from '../../../src/registry/diff.ts';
import type { RequestedChange } from '../../../src/registry/registry.ts';
import { failure, newRegistry } from './support/new-registry.ts';
import type { TestRegistry } from './support/new-registry.ts';

type ApplyChange = Extract<RequestedChange, { verb: 'apply'; kind: 'Deployment' }>;
let cluster: TestRegistry;
beforeEach(async () => {
  cluster = await newRegistry();
});

const whole: Omit<DeploymentInput, 'metadata'> = {
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] }] } } },
};
const apply = (fieldManager: string, input: ApplyChange['input'], force = false): Promise<Deployment> =>
  cluster.do({ verb: 'apply', kind: 'Deployment', target: { name: 'web' }, input, fieldManager, force }) as Promise<unknown> as Promise<Deployment>;
const ownedBy = (object: Deployment, manager: string) => object.metadata.managedFields.find((owner) => owner.manager === manager)?.fields ?? [];

describe('apply', () => {
  it('makes the object, whose fields the manager then owns', async () => {
    const made = await apply('one', { metadata: { labels: { team: 'blue' } }, ...whole });
    expect(ownedBy(made, 'one')).toEqual(expect.arrayContaining(['metadata.labels[team]', 'spec.replicas', 'spec.template.spec.containers[name=web].image', 'spec.template.spec.containers[name=web].env[name=A].value']));
    expect(ownedBy(made, 'one')).not.toContain('spec.paused');
  });

  it('refuses to change what another manager owns, names it, and takes it over when forced', async () => {
    await apply('one', whole);
    expect(await failure(apply('two', { spec: { replicas: 5 } }))).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('"one" owns spec.replicas') as string });
    const forced = await apply('two', { spec: { replicas: 5 } }, true);
    expect(forced.spec.replicas).toBe(5);
    expect(ownedBy(forced, 'one')).not.toContain('spec.replicas');
    expect(ownedBy(forced, 'two')).toContain('spec.replicas');
  });

  it('lets two managers own a field of the same value; it goes when both leave it', async () => {
    await apply('one', whole);
    const labelled: ApplyChange['input'] = { metadata: { labels: { team: 'blue' } } };
    await apply('two', labelled);
    await apply('three', labelled);
    expect((await apply('two', { metadata: {} })).metadata.labels).toEqual({ team: 'blue' });
    expect((await apply('three', { metadata: {} })).metadata.labels).toEqual({});
  });

  it('merges list elements by key, and takes a whole element out with its defaults', async () => {
    await apply('one', whole);
    const both = await apply('two', { spec: { template: { spec: { containers: [{ name: 'proxy', image: 'proxy:1' }] } } } });
    expect(both.spec.template.spec.containers.map(({ name }) => name)).toEqual(['web', 'proxy']);
    expect((await apply('two', {})).spec.template.spec.containers.map(({ name }) => name)).toEqual(['web']);
  });

  it('takes an optional object out with its defaults', async () => {
    const probe = { httpGet: { port: 80 } };
    const container = whole.spec.template.spec.containers[0]!;
    const withProbe = { spec: { ...whole.spec, template: { ...whole.spec.template, spec: { containers: [{ ...container, livenessProbe: probe }] } } } };
    expect((await apply('one', withProbe)).spec.template.spec.containers[0]?.livenessProbe).toMatchObject({ periodSeconds: 10 });
    expect((await apply('one', whole)).spec.template.spec.containers[0]).not.toHaveProperty('livenessProbe');
  });

  it('gives a field to whoever updates it', async () => {
    await apply('one', whole);
    const patched = await cluster.do({ verb: 'patch', kind: 'Deployment', target: { name: 'web' }, patch: { spec: { replicas: 7 } } }, { actor: 'admin' }) as unknown as Deployment;
    expect(ownedBy(patched, 'one')).not.toContain('spec.replicas');
    expect(ownedBy(patched, 'admin')).toEqual(['spec.replicas']);
    expect(await failure(apply('one', whole))).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('"admin" owns spec.replicas') as string });
    const { replicas: _left, ...rest } = whole.spec;
    expect((await apply('one', { spec: rest })).spec.replicas).toBe(7);
  });

  it('never changes what is already as wanted, and says what a change would do', async () => {
    const made = await apply('one', whole);
    const { outcomes } = await cluster.registry.commit([{ verb: 'apply', kind: 'Deployment', target: { name: 'web' }, input: { spec: { ...whole.spec, replicas: 4 } }, fieldManager: 'one', force: false }], { actor: 'test', dryRun: true });
    expect(diffObjects(outcomes[0]?.previous, outcomes[0]?.object)).toEqual([{ path: 'spec.replicas', before: '3', after: '4' }]);
    expect(cluster.store.snapshot().get('Deployment', 'default', 'web')).toEqual(made);
  });
});

const names = ['a', 'b', 'c', 'd'] as const;
const values = fc.constantFrom('1', '2', '3');
const maps = (prefix: string) => fc.dictionary(fc.constantFrom(...names.map((name) => `${prefix}-${name}`)), values);
const inputs = (prefix: string): fc.Arbitrary<ApplyChange['input']> => fc.record({
  labels: maps(prefix), annotations: maps(prefix), containers: fc.uniqueArray(fc.record({ name: fc.constantFrom(...names.map((name) => `${prefix}-${name}`)), image: values }), { selector: ({ name }) => name, maxLength: 3 }),
}).map(({ labels, annotations, containers }) => ({ metadata: { labels, annotations }, spec: { template: { spec: { containers } } } }));

describe('apply, whatever is applied', () => {
  it('again is UNCHANGED', async () => {
    await apply('base', whole);
    await fc.assert(fc.asyncProperty(inputs('x'), async (input) => {
      const first = await apply('one', input);
      const { outcomes, revision } = await cluster.registry.commit([{ verb: 'apply', kind: 'Deployment', target: { name: 'web' }, input, fieldManager: 'one', force: false }], { actor: 'test' });
      expect(outcomes[0]).toEqual({ operation: 'UNCHANGED', object: first, previous: first });
      expect(revision).toBeUndefined();
    }), { numRuns: 60 });
  });

  it('by two managers with different fields leaves each exactly what it applied last', async () => {
    await apply('base', whole);
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(inputs('x').map((input) => ['x', input] as const), inputs('y').map((input) => ['y', input] as const)), { minLength: 1, maxLength: 6 }), async (steps) => {
      await apply('x', {});
      await apply('y', {});
      let object: Deployment | undefined;
      for (const [manager, input] of steps) object = await apply(manager, input);
      const last = ['x', 'y'].flatMap((manager) => steps.findLast(([who]) => who === manager)?.[1] ?? []);
      expect(object?.metadata.labels).toEqual(Object.assign({}, ...last.map((input) => input.metadata?.labels)));
      expect(object?.metadata.annotations).toEqual(Object.assign({}, ...last.map((input) => input.metadata?.annotations)));
      const containers = last.flatMap((input) => input.spec?.template?.spec?.containers ?? []);
      expect(Object.fromEntries(object?.spec.template.spec.containers.map(({ name, image }) => [name, image]) ?? [])).toEqual({ web: 'web:1', ...Object.fromEntries(containers.map(({ name, image }) => [name, image])) });
    }), { numRuns: 40 });
  });
});
