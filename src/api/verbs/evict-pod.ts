import { withoutUndefined } from '../../lib/without-undefined.ts';
import { commitOne } from '../objects/commit.ts';
import type { RootField } from '../objects/root-field.ts';
import type { VerbArgs } from './change-in-place.ts';

interface EvictPodArgs extends VerbArgs {
  readonly uid?: string | null | undefined;
  readonly resourceVersion?: string | null | undefined;
  readonly gracePeriodSeconds?: number | null | undefined;
}

/** Deletes a Pod if its PodDisruptionBudget allows it now. */
export const evictPod: RootField<EvictPodArgs> = {
  operation: () => ({ type: 'verb', field: 'evictPod' }),
  run: ({ namespace, name, uid, resourceVersion, gracePeriodSeconds, dryRun }, context) => {
    const target = withoutUndefined({ namespace: namespace ?? 'default', name, uid: uid ?? undefined, resourceVersion: resourceVersion ?? undefined });
    return commitOne({ verb: 'evict', kind: 'Pod', target, options: { gracePeriodSeconds: gracePeriodSeconds ?? undefined } }, dryRun, context);
  },
};
