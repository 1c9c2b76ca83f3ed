import { commitOne } from '../objects/commit.ts';
import type { RootField } from '../objects/root-field.ts';
import type { VerbArgs } from './change-in-place.ts';

/** Holds rollouts back. */
export const pauseDeployment = setPaused('pauseDeployment', true);

/** Lets rollouts go on. */
export const resumeDeployment = setPaused('resumeDeployment', false);

function setPaused(field: string, paused: boolean): RootField<VerbArgs> {
  return {
    operation: () => ({ type: 'verb', field }),
    run: ({ namespace, name, dryRun }, context) =>
      commitOne({ verb: 'patch', kind: 'Deployment', target: { namespace: namespace ?? 'default', name }, patch: { spec: { paused } } }, dryRun, context),
  };
}
