import { filled } from '../../lib/filled.ts';
import type { DeploymentInput, DeploymentStatus, DeploymentStrategy, DeploymentStrategyInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';
import { defaultPodTemplate } from '../pod/default-spec.ts';

/** Fills a Deployment with the numbers of Kubernetes. */
export function applyDefaults({ spec }: DeploymentInput): Content<'Deployment'> {
  return {
    spec: filled(spec, {
      replicas: spec.replicas ?? 1,
      template: defaultPodTemplate(spec.template),
      strategy: defaultStrategy(spec.strategy ?? {}),
      minReadySeconds: spec.minReadySeconds ?? 0,
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
      paused: spec.paused ?? false,
    }),
  };
}

/** A new Deployment has nothing yet. */
export function initialStatus(): DeploymentStatus {
  return { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, unavailableReplicas: 0, observedGeneration: 0, collisionCount: 0, conditions: [] };
}

/** The bounds exist for a rolling update only; given with Recreate they stay, to be refused by validation. */
function defaultStrategy({ type = 'RollingUpdate', rollingUpdate }: DeploymentStrategyInput): DeploymentStrategy {
  if (type !== 'RollingUpdate' && rollingUpdate === undefined) return { type };
  return { type, rollingUpdate: { maxUnavailable: rollingUpdate?.maxUnavailable ?? '25%', maxSurge: rollingUpdate?.maxSurge ?? '25%' } };
}
