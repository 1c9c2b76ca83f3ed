import type { Condition, Pod, ReplicaSet, ReplicaSetStatus } from '../../model/object.ts';
import { matchesMap } from '../../model/selector.ts';
import { isPodAvailable, isPodReady } from '../../kinds/pod/pod-state.ts';

/** What is seen of a ReplicaSet with these active Pods and `created` more that nobody has seen yet. */
export function planStatus(replicaSet: ReplicaSet, pods: readonly Pod[], created: number, conditions: readonly Condition[], nowMs: number): ReplicaSetStatus {
  const templateLabels = replicaSet.spec.template.metadata.labels;
  return {
    replicas: pods.length + created,
    fullyLabeledReplicas: pods.filter((pod) => matchesMap(templateLabels, pod.metadata.labels)).length + created,
    readyReplicas: pods.filter(isPodReady).length,
    availableReplicas: pods.filter((pod) => isPodAvailable(pod, replicaSet.spec.minReadySeconds, nowMs)).length,
    observedGeneration: replicaSet.metadata.generation,
    conditions,
  };
}
