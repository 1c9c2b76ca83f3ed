import fc from 'fast-check';
import { expect, test } from 'vitest';
import { historyAnnotation, revisionOf } from '../../../../src/controllers/deployment/annotations.ts';
import { findRevisions, newReplicaSet, replicaSetName, revisionAnnotations, revisionNumber } from '../../../../src/controllers/deployment/plan-revision.ts';
import { withoutHash } from '../../../../src/controllers/deployment/template-hash.ts';
import type { Deployment, ReplicaSet } from '../../../../src/model/object.ts';
import { matchesLabelSelector } from '../../../../src/model/selector.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';
import { aDeployment, aReplicaSet } from '../support/objects.ts';

const versions = fc.array(fc.nat(3), { minLength: 1, maxLength: 10 });

function deploymentOf(version: number, collisionCount = 0): Deployment {
  const { template } = aDeployment().spec;
  return aDeployment({ template: { ...template, spec: { ...template.spec, containers: template.spec.containers.map((container) => ({ ...container, image: `web:${version}` })) } } }, { collisionCount });
}

/** What a rollout of this version does to the ReplicaSets. */
function rollOut(cluster: SimulatedCluster, deployment: Deployment): ReplicaSet | undefined {
  const revisions = findRevisions(deployment, cluster.snapshot.list('ReplicaSet'));
  const annotations = revisionAnnotations(deployment, revisions);
  cluster.nowMs += 1000;
  if (revisions.next) cluster.apply([{ verb: 'patch', kind: 'ReplicaSet', target: { name: revisions.next.metadata.name }, patch: { metadata: { annotations } } }]);
  else cluster.apply([{ verb: 'create', kind: 'ReplicaSet', input: newReplicaSet(deployment, annotations, 1) }]);
  return findRevisions(deployment, cluster.snapshot.list('ReplicaSet')).next;
}

test('over any history: one ReplicaSet per template, found again by going back, and each change gets the next higher number', () => {
  fc.assert(fc.property(versions, (history) => {
    const cluster = new SimulatedCluster();
    const firstUse = new Map<number, string>();
    const used = new Map<number, number[]>();
    let revision = 0;
    for (const [index, version] of history.entries()) {
      const deployment = deploymentOf(version);
      const set = rollOut(cluster, deployment);
      if (!set) throw new Error('not found again');
      if (history[index - 1] !== version) {
        revision += 1;
        used.set(version, [...(used.get(version) ?? []), revision]);
      }
      expect(revisionOf(set)).toBe(revision);
      expect(set.metadata.uid).toBe(firstUse.get(version) ?? set.metadata.uid);
      firstUse.set(version, set.metadata.uid);
      expect(withoutHash(set.spec.template)).toEqual(deployment.spec.template);
      expect([...(set.metadata.annotations[historyAnnotation]?.split(',') ?? []), String(revisionOf(set))].map(Number)).toEqual(used.get(version));
      expect(revisionNumber(findRevisions(deployment, cluster.snapshot.list('ReplicaSet')))).toBe(revision);
    }
    const sets = cluster.snapshot.list('ReplicaSet');
    expect(sets).toHaveLength(new Set(history).size);
    expect(new Set(sets.map(revisionOf)).size).toBe(sets.length);
  }), { numRuns: 60 });
});

test('a new ReplicaSet selects its own Pods and no other template\'s, and another collision count names it otherwise', () => {
  fc.assert(fc.property(fc.nat(50), fc.nat(50), fc.nat(5), (one, other, collisions) => {
    const [mine, others] = [newReplicaSet(deploymentOf(one, collisions), {}, 1), newReplicaSet(deploymentOf(other, collisions), {}, 1)];
    const selects = (set: typeof mine, pods: typeof mine): boolean => matchesLabelSelector(set.spec.selector as ReplicaSet['spec']['selector'], pods.spec.template.metadata?.labels ?? {});
    expect(selects(mine, mine)).toBe(true);
    expect(selects(mine, others)).toBe(one === other);
    expect(replicaSetName(deploymentOf(one, collisions))).not.toBe(replicaSetName(deploymentOf(one, collisions + 1)));
  }));
});

test('the oldest of equal templates is the current one, one that is being deleted never is, and each of the others is previous', () => {
  const facts = fc.record({ version: fc.nat(1), age: fc.nat(3), isGoing: fc.boolean() });
  fc.assert(fc.property(fc.array(facts, { maxLength: 6 }), (given) => {
    const sets = given.map(({ version, age, isGoing }, index) => aReplicaSet(`set-${index}`, { template: deploymentOf(version).spec.template }, {}, {
      creationTimestamp: `2030-01-0${9 - age}T00:00:00.000Z`, deletionTimestamp: isGoing ? '2030-02-01T00:00:00.000Z' : undefined,
    }));
    const { next, previous } = findRevisions(deploymentOf(0), sets);
    const fitting = sets.filter((_, index) => given[index]?.version === 0 && !given[index].isGoing);
    if (next) expect(fitting).toContain(next);
    else expect(fitting).toEqual([]);
    const times = fitting.map((set) => set.metadata.creationTimestamp).sort();
    expect(next?.metadata.creationTimestamp).toBe(times[0]);
    expect(new Set(previous)).toEqual(new Set(sets.filter((set) => set !== next)));
    expect(previous.map((set) => set.metadata.creationTimestamp)).toEqual(previous.map((set) => set.metadata.creationTimestamp).sort());
  }));
});
