import { describe, expect, it } from 'vitest';
import { validateMetadata } from '../../../src/model/check-metadata.ts';
import type { ObjectMeta } from '../../../src/model/object.ts';

const valid: ObjectMeta = { uid: 'u', name: 'web', namespace: 'default', labels: {}, annotations: {}, creationTimestamp: '2030-01-01T00:00:00.000Z', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [] };
const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'r', controller: true };

describe('validateMetadata', () => {
  it('takes what is right', () => {
    const metadata = { ...valid, labels: { 'example.com/app': 'web', empty: '' }, annotations: { 'Example.com/note': 'any\ntext' }, finalizers: ['kubernetes'], ownerReferences: [owner] };
    expect(validateMetadata(metadata, 'dns-subdomain', true)).toEqual([]);
  });

  it.each<readonly [string, Partial<ObjectMeta>, string]>([
    ['a wrong name', { name: 'Web' }, 'metadata.name'],
    ['a name without a letter first, where one is needed', { name: '1' }, 'metadata.name'],
    ['a missing namespace', { namespace: undefined }, 'metadata.namespace'],
    ['a label with a wrong key', { labels: { '-a': 'b' } }, 'metadata.labels[-a]'],
    ['a label with a wrong value', { labels: { a: '-b' } }, 'metadata.labels[a]'],
    ['an annotation with a wrong key', { annotations: { 'a/b/c': 'd' } }, 'metadata.annotations[a/b/c]'],
    ['annotations above 256 KiB', { annotations: { a: 'x'.repeat(256 * 1024) } }, 'metadata.annotations'],
    ['a wrong finalizer', { finalizers: ['a b'] }, 'metadata.finalizers[0]'],
    ['an owner listed twice', { ownerReferences: [owner, { ...owner, controller: false }] }, 'metadata.ownerReferences[1].uid'],
    ['two controllers', { ownerReferences: [owner, { ...owner, uid: 's' }] }, 'metadata.ownerReferences'],
    ['an owner without uid', { ownerReferences: [{ ...owner, uid: '' }] }, 'metadata.ownerReferences[0].uid'],
  ])('refuses %s', (_what, change, path) => {
    expect(validateMetadata({ ...valid, ...change }, 'dns-1035-label', true).map((error) => error.path)).toEqual([path]);
  });

  it('refuses a namespace where the kind has none', () => {
    expect(validateMetadata(valid, 'dns-subdomain', false).map((error) => error.path)).toEqual(['metadata.namespace']);
  });

  it('lists everything at once', () => {
    expect(validateMetadata({ ...valid, name: 'A', labels: { 'b c': 'd', e: '-' } }, 'dns-label', true)).toHaveLength(3);
  });
});
