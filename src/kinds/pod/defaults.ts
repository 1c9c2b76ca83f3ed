import { memo } from '../../lib/memo.ts';
import type { PodInput, PodStatus } from '../../model/object.ts';
import type { Content } from '../kind.ts';
import { defaultPodSpec } from './default-spec.ts';

/** All Pods that a controller makes from one template share its spec. Most other specs never come again, so only the last ones are kept. */
const specFor = memo(256, defaultPodSpec);

/** Fills a Pod. How long it puts up with a lost node is the cluster's to say: admission adds that. */
export function applyDefaults(input: PodInput): Content<'Pod'> {
  return { spec: specFor(input.spec) };
}

/** A new Pod is Pending. */
export function initialStatus(): PodStatus {
  return { phase: 'Pending', conditions: [], containerStatuses: [], initContainerStatuses: [] };
}
