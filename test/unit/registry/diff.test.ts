import { describe, expect, it } from 'vitest';
import { diffObjects } from '../../../src/registry/diff.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';

describe('diffObjects', () => {
  it('names changed fields by path, list elements by key, and leaves out the server\'s bookkeeping', () => {
    const before = storedObject('Pod', minimalInput('Pod'));
    const container = { ...before.spec.containers[0]!, image: 'busybox:2' };
    const after = { ...before, metadata: { ...before.metadata, resourceVersion: '99', labels: { app: 'web' } }, spec: { ...before.spec, containers: [container], nodeName: 'n1' }, status: { ...before.status, phase: 'Running' as const } };
    expect(diffObjects(before, after)).toEqual([
      { path: 'metadata.labels[app]', before: undefined, after: '"web"' },
      { path: 'spec.containers[name=web].image', before: '"busybox:1.36"', after: '"busybox:2"' },
      { path: 'spec.nodeName', before: undefined, after: '"n1"' },
      { path: 'status.phase', before: '"Pending"', after: '"Running"' },
    ]);
    expect(diffObjects(before, before)).toEqual([]);
  });

  it('tells that values of Secrets changed, but never what they are', () => {
    const before = storedObject('Secret', { ...minimalInput('Secret'), stringData: { password: 'hunter2' } });
    const after = { ...before, data: { password: Buffer.from('hunter3').toString('base64') } };
    expect(diffObjects(before, after)).toEqual([{ path: 'data[password]', before: '"(hidden)"', after: '"(hidden)"' }]);
    expect(JSON.stringify(diffObjects(undefined, after))).not.toContain(after.data.password);
  });
});
