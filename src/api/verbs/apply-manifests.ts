import type { RootField } from '../objects/root-field.ts';
import { applyResults } from './apply-result.ts';

interface ApplyManifestsArgs {
  readonly manifests: string;
  readonly fieldManager?: string | null | undefined;
  readonly force?: boolean | null | undefined;
  readonly namespace?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

/** Applies several objects as one: all or nothing, one revision. */
export const applyManifests: RootField<ApplyManifestsArgs> = {
  operation: () => ({ type: 'verb', field: 'applyManifests' }),
  run: async ({ manifests, fieldManager, force, namespace, dryRun }, context) => {
    const options = { fieldManager: fieldManager ?? 'gantry', force: force ?? false, namespace: namespace ?? 'default' };
    const outcome = await context.parts.registry.applyManifests(manifests, options, { actor: context.actor, dryRun: dryRun ?? false });
    context.reading.moveOn();
    return applyResults(outcome);
  },
};
