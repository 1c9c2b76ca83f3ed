import { filled } from '../../lib/filled.ts';
import type { ReplicaSetInput, ReplicaSetStatus } from '../../model/object.ts';
import type { Content } from '../kind.ts';
import { defaultPodTemplate } from '../pod/default-spec.ts';

/** Fills a ReplicaSet. */
export function applyDefaults({ spec }: ReplicaSetInput): Content<'ReplicaSet'> {
  return { spec: filled(spec, { replicas: spec.replicas ?? 1, minReadySeconds: spec.minReadySeconds ?? 0, template: defaultPodTemplate(spec.template) }) };
}

/** A new ReplicaSet has no Pods. */
export function initialStatus(): ReplicaSetStatus {
  return { replicas: 0, fullyLabeledReplicas: 0, readyReplicas: 0, availableReplicas: 0, observedGeneration: 0, conditions: [] };
}
