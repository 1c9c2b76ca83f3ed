import { expect, test } from 'vitest';
import { planDeployment } from '../../../../src/controllers/deployment/plan-deployment.ts';
import { deploymentReconciler } from '../../../../src/controllers/deployment/reconciler.ts';
import { templateHash } from '../../../../src/controllers/deployment/template-hash.ts';
import type { Condition } from '../../../../src/model/object.ts';
import { RolloutSimulation } from './rollout-simulation.ts';

const rollingUpdate = { maxSurge: 1, maxUnavailable: 0 };

function progressing(simulation: RolloutSimulation): Condition | undefined {
  return simulation.deployment.status.conditions.find(({ type }) => type === 'Progressing');
}

function stepAll(simulation: RolloutSimulation): void {
  for (let round = 0; round < 5; round += 1) {
    simulation.step({ type: 'deployment' });
    for (const pick of simulation.replicaSets.keys()) simulation.step({ type: 'replica-set', pick });
  }
}

test('a rollout tells how it goes: created, progressing, done', () => {
  const simulation = new RolloutSimulation({ replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate } });
  simulation.step({ type: 'deployment' });
  expect(progressing(simulation)).toMatchObject({ status: 'True', reason: 'NewReplicaSetCreated' });
  stepAll(simulation);
  expect(progressing(simulation)).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
  simulation.settle();
  expect(progressing(simulation)).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  expect(simulation.deployment.status.conditions.find(({ type }) => type === 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
});

test('without progress the deadline passes, the plan says when to look, and progress ends that', () => {
  const simulation = new RolloutSimulation({ replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate } });
  stepAll(simulation);
  const observed = deploymentReconciler.observe('default/web', simulation.cluster.snapshot);
  const waitMs = observed && planDeployment(observed, simulation.cluster.nowMs).requeueAfterMs;
  expect(waitMs).toBeGreaterThan(590_000);
  simulation.cluster.nowMs += waitMs ?? 0;
  simulation.step({ type: 'deployment' });
  expect(progressing(simulation)).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  simulation.step({ type: 'pod-ready', pick: 0 });
  simulation.step({ type: 'deployment' });
  expect(progressing(simulation)).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
});

test('the clock stands while paused and starts anew when resumed', () => {
  const simulation = new RolloutSimulation({ replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate } });
  stepAll(simulation);
  simulation.edit({ paused: true });
  stepAll(simulation);
  expect(progressing(simulation)).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
  simulation.cluster.nowMs += 3_600_000;
  simulation.edit({ paused: false });
  simulation.step({ type: 'deployment' });
  expect(progressing(simulation)).toMatchObject({ status: 'Unknown', reason: 'DeploymentResumed' });
  stepAll(simulation);
  expect(progressing(simulation)?.status).not.toBe('False');
});

test('the hash ignores the order of fields and differs with the collision count; a taken name raises the count', () => {
  const simulation = new RolloutSimulation({ replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate } });
  const { template } = simulation.deployment.spec;
  const turned = { spec: template.spec, metadata: { annotations: template.metadata.annotations, labels: template.metadata.labels } };
  expect(templateHash(turned, 0)).toBe(templateHash(template, 0));
  expect(templateHash(template, 1)).not.toBe(templateHash(template, 0));
  const labels = { other: 'yes' };
  simulation.cluster.apply([{ verb: 'create', kind: 'ReplicaSet', input: { metadata: { name: `web-${templateHash(template, 0)}` }, spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: template.spec } } } }]);
  simulation.settle();
  expect(simulation.deployment.status).toMatchObject({ collisionCount: 1, availableReplicas: 1 });
});
