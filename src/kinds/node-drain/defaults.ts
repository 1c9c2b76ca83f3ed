import type { NodeDrainInput, NodeDrainStatus } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills a NodeDrain. */
export function applyDefaults({ spec = {} }: NodeDrainInput): Content<'NodeDrain'> {
  return { spec: { ...spec, ignoreDaemonSets: spec.ignoreDaemonSets ?? false, deleteEmptyDirData: spec.deleteEmptyDirData ?? false, force: spec.force ?? false, timeoutSeconds: spec.timeoutSeconds ?? 0 } };
}

/** A new request waits for its controller. */
export function initialStatus(): NodeDrainStatus {
  return { phase: 'Pending', remainingPods: 0, waitingPods: [], observedGeneration: 0, conditions: [] };
}
