import { commitOne } from '../objects/commit.ts';
import type { RootField } from '../objects/root-field.ts';
import type { VerbArgs } from './change-in-place.ts';

interface ScaleArgs extends VerbArgs {
  readonly replicas: number;
}

/** Sets `spec.replicas`. */
export const scaleDeployment: RootField<ScaleArgs> = {
  operation: () => ({ type: 'verb', field: 'scaleDeployment' }),
  run: ({ namespace, name, replicas, dryRun }, context) =>
    commitOne({ verb: 'patch', kind: 'Deployment', target: { namespace: namespace ?? 'default', name }, patch: { spec: { replicas } } }, dryRun, context),
};

/** Sets `spec.replicas`. */
export const scaleReplicaSet: RootField<ScaleArgs> = {
  operation: () => ({ type: 'verb', field: 'scaleReplicaSet' }),
  run: ({ namespace, name, replicas, dryRun }, context) =>
    commitOne({ verb: 'patch', kind: 'ReplicaSet', target: { namespace: namespace ?? 'default', name }, patch: { spec: { replicas } } }, dryRun, context),
};
