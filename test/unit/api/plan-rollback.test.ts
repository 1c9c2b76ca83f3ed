import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRollback, revisionAnnotation } from '../../../src/api/verbs/plan-rollback.ts';
import type { Deployment, ReplicaSet } from '../../../src/model/object.ts';

const template = (image: string, hash?: string) => ({ metadata: { labels: { app: 'x', ...(hash ? { 'pod-template-hash': hash } : {}) }, annotations: {} }, spec: { containers: [{ name: 'main', image }] } });
const deployment = (image: string, paused = false) => ({ metadata: { namespace: 'default', name: 'x' }, spec: { paused, template: template(image) } }) as unknown as Deployment;
const replicaSet = (revision: number) => ({ metadata: { annotations: { [revisionAnnotation]: String(revision) } }, spec: { template: template(`image:${revision}`, `h${revision}`) } }) as unknown as ReplicaSet;
const revisions = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1 });

test('goes to the asked revision, or the second newest, without the hash; and nowhere from what is there', () => {
  fc.assert(fc.property(revisions, fc.integer({ min: 0, max: 30 }), (all, toRevision) => {
    const newest = Math.max(...all);
    const wanted = toRevision === 0 ? [...all].sort((one, other) => other - one)[1] : all.find((revision) => revision === toRevision);
    const plan = () => planRollback(deployment(`image:${newest}`), all.map(replicaSet), toRevision);
    if (wanted === undefined) expect(plan).toThrow(/has no/);
    else expect(plan()).toEqual(wanted === newest ? undefined : template(`image:${wanted}`));
    expect(() => planRollback(deployment('other', true), all.map(replicaSet), toRevision)).toThrow(/paused/);
  }));
});
