import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDeployment } from '../../../../src/controllers/deployment/plan-deployment.ts';
import type { ObservedDeployment } from '../../../../src/controllers/deployment/plan-deployment.ts';
import { deploymentReconciler } from '../../../../src/controllers/deployment/reconciler.ts';
import { sameTemplate } from '../../../../src/controllers/deployment/template-hash.ts';
import { RolloutSimulation } from './rollout-simulation.ts';
import type { Step } from './rollout-simulation.ts';

const pick = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(fc.constant<Step>({ type: 'deployment' }), fc.record({ type: fc.constantFrom('replica-set' as const, 'pod-ready' as const, 'pod-gone' as const), pick }));
const edits = fc.oneof(fc.record({ replicas: fc.nat(5) }), fc.record({ paused: fc.boolean() }), fc.record({ version: fc.nat(2) }));
const events = fc.array(fc.oneof({ weight: 6, arbitrary: step }, { weight: 1, arbitrary: edits }), { maxLength: 30 });
const strategies = fc.constantFrom({ type: 'RollingUpdate' as const, rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }, { type: 'Recreate' as const });

/** Every state that a Deployment goes through, as the planner sees it. */
const states = fc.tuple(fc.nat(4), strategies, events).map(([replicas, strategy, list]) => {
  const simulation = new RolloutSimulation({ replicas, strategy });
  const seen: { readonly observed: ObservedDeployment; readonly nowMs: number }[] = [];
  for (const event of list) {
    if ('type' in event) simulation.step(event);
    else if ('version' in event) simulation.setImage(`web:${event.version}`);
    else simulation.edit(event);
    const observed = deploymentReconciler.observe('default/web', simulation.cluster.snapshot);
    if (observed) seen.push({ observed, nowMs: simulation.cluster.nowMs });
  }
  return seen;
});

test('in every state it makes at most one ReplicaSet, only where the template has none and nothing is paused, deletes only empty ones, and never makes two changes of one object\'s spec', () => {
  fc.assert(fc.property(states, (seen) => {
    for (const { observed, nowMs } of seen) {
      const { deployment, sets } = observed;
      const { changes } = planDeployment(observed, nowMs);
      const created = changes.filter((change) => change.verb === 'create');
      const hasCurrent = sets.some(({ replicaSet }) => sameTemplate(replicaSet.spec.template, deployment.spec.template));
      expect(created.length).toBeLessThanOrEqual(hasCurrent || deployment.spec.paused ? 0 : 1);
      const targets = changes.flatMap((change) => ('input' in change ? [] : [{ verb: change.verb, kind: change.kind, uid: change.target.uid }]));
      expect(new Set(targets.map((target) => JSON.stringify(target))).size).toBe(targets.length);
      for (const { verb, kind, uid } of targets) {
        const set = sets.find(({ replicaSet }) => replicaSet.metadata.uid === uid);
        expect(kind === 'Deployment' ? uid === deployment.metadata.uid : set !== undefined).toBe(true);
        if (verb === 'delete') expect([set?.replicaSet.spec.replicas, set?.pods.length]).toEqual([0, 0]);
      }
    }
  }), { numRuns: 40 });
});

test('the same state gives the same plan; a taken name only counts a collision; one that is being deleted only tells its status', () => {
  fc.assert(fc.property(states, (seen) => {
    for (const { observed, nowMs } of seen) {
      const plan = planDeployment(observed, nowMs);
      expect(planDeployment(observed, nowMs)).toEqual(plan);
      if (plan.changes.some((change) => change.verb === 'create')) {
        const collided = planDeployment({ ...observed, isNameTaken: true }, nowMs).changes;
        expect(collided).toMatchObject([{ verb: 'updateStatus', kind: 'Deployment', status: { collisionCount: observed.deployment.status.collisionCount + 1 } }]);
      }
      const leaving = { ...observed.deployment, metadata: { ...observed.deployment.metadata, deletionTimestamp: '2030-01-01T00:00:00.000Z' } };
      expect(planDeployment({ ...observed, deployment: leaving }, nowMs).changes.filter((change) => change.verb !== 'updateStatus')).toEqual([]);
    }
  }), { numRuns: 40 });
});
