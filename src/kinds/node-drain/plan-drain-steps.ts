import type { NodeDrainSpec, Pod, PodDisruptionBudget, StoredObject } from '../../model/object.ts';
import { controllerOf } from '../../model/owner.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import { isPodTerminal, isPodTerminating } from '../pod/pod-state.ts';
import { decideEviction } from '../pod-disruption-budget/decide-eviction.ts';

/** What emptying a node does with one of its Pods now. */
export interface DrainStep {
  readonly pod: Pod;
  /** EVICT: it goes. LEAVE: it stays, and nobody minds. WAIT: its budget does not allow it now. REFUSE: it stands in the way until an option lets it go. GOING: it is on its way out. */
  readonly action: 'EVICT' | 'LEAVE' | 'WAIT' | 'REFUSE' | 'GOING';
  /** For people; none where nothing needs to be said. */
  readonly reason?: string | undefined;
}

const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** What emptying a node does with each of its Pods now. Each eviction takes from its budget before the next Pod is decided on, so all of them can happen together. */
export function planDrainSteps(pods: readonly Pod[], budgets: readonly PodDisruptionBudget[], spec: NodeDrainSpec, nowMs: number): readonly DrainStep[] {
  const left = new Map(budgets.map((budget) => [budget.metadata.uid, budget]));
  return pods.map((pod): DrainStep => {
    const settled = settledStep(pod, spec);
    if (settled) return settled;
    const decision = decideEviction(pod, [...left.values()].filter(({ metadata }) => metadata.namespace === pod.metadata.namespace), nowMs);
    if (decision.type === 'wait' || decision.type === 'refused') return { pod, action: 'WAIT', reason: decision.reason };
    if (decision.type === 'allowed' && decision.budget) left.set(decision.budget.metadata.uid, decision.budget);
    return { pod, action: 'EVICT' };
  });
}

/** What does not depend on budgets. */
function settledStep(pod: Pod, { podSelector, ignoreDaemonSets, deleteEmptyDirData, force }: NodeDrainSpec): DrainStep | undefined {
  if (pod.metadata.annotations[mirrorAnnotation] !== undefined) return { pod, action: 'LEAVE', reason: 'a mirror of a static Pod: it goes when its file does' };
  if (podSelector !== undefined && !matchesLabelSelector(podSelector, pod.metadata.labels)) return { pod, action: 'LEAVE', reason: 'podSelector does not select it' };
  const owner = controllerOf(pod as StoredObject & Pod);
  if (owner?.kind === 'DaemonSet' && !isPodTerminal(pod)) {
    return ignoreDaemonSets ? { pod, action: 'LEAVE', reason: `DaemonSet "${owner.name}" would make it anew` } : { pod, action: 'REFUSE', reason: `DaemonSet "${owner.name}" would make it anew; ignoreDaemonSets leaves it where it is` };
  }
  if (isPodTerminating(pod)) return { pod, action: 'GOING' };
  if (isPodTerminal(pod)) return { pod, action: 'EVICT' };
  if (!deleteEmptyDirData && pod.spec.volumes.some(({ emptyDir }) => emptyDir !== undefined)) return { pod, action: 'REFUSE', reason: 'its emptyDir volumes would be lost; deleteEmptyDirData lets it go' };
  if (!force && !owner) return { pod, action: 'REFUSE', reason: 'no controller would replace it; force lets it go' };
  return undefined;
}
