import type { Reconciler } from '../../control/reconciler.ts';
import { isKind, kindFacts, kindNames } from '../../model/object.ts';
import type { PodDisruptionBudget } from '../../model/object.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { objectKey, splitKey } from '../object-key.ts';
import { planDisruptionBudget } from './plan-disruption-budget.ts';
import type { ObservedBudget } from './plan-disruption-budget.ts';
import { replicasOf, scaleOf } from './scale-of.ts';

/** Kinds whose objects may have Pods and say how many: whichever of them carries a number is asked. */
const scaledKinds = kindNames.filter((kind) => kind !== 'Pod' && kindFacts[kind].namespaced && kindFacts[kind].apiVersion !== 'policy/v1');

/** Keeps the status of every PodDisruptionBudget true. Keys are `namespace/name`. */
export const disruptionReconciler: Reconciler<ObservedBudget> = {
  name: 'disruption',
  watches: [
    { kind: 'PodDisruptionBudget', keys: (change) => [objectKey(change.object)] },
    { kind: 'Pod', keys: (change, snapshot) => budgetsAround(change, snapshot).filter((budget) => selects(budget, change)).map(objectKey) },
    ...scaledKinds.map((kind) => ({ kind, keys: (change: Change, snapshot: Snapshot) => (isRescaled(change) ? budgetsAround(change, snapshot).map(objectKey) : []) })),
  ],
  allKeys: (snapshot) => snapshot.list('PodDisruptionBudget').map(objectKey),
  observe,
  plan: planDisruptionBudget,
};

function observe(key: string, snapshot: Snapshot): ObservedBudget | undefined {
  const { namespace, name } = splitKey(key);
  const budget = snapshot.get('PodDisruptionBudget', namespace, name);
  if (!budget) return undefined;
  const pods = candidates(budget, snapshot).filter((pod) => matchesLabelSelector(budget.spec.selector, pod.metadata.labels));
  return { budget, pods, scales: pods.map((pod) => scaleOf(pod, snapshot)) };
}

/** Found by one of its labels where the selector wants one. */
function candidates({ metadata, spec }: PodDisruptionBudget, snapshot: Snapshot) {
  const [label] = Object.entries(spec.selector?.matchLabels ?? {});
  return label ? snapshot.withLabel('Pod', metadata.namespace, ...label) : snapshot.list('Pod', metadata.namespace);
}

function budgetsAround(change: Change, snapshot: Snapshot): readonly PodDisruptionBudget[] {
  return snapshot.list('PodDisruptionBudget', change.object.metadata.namespace ?? '');
}

function selects({ spec }: PodDisruptionBudget, { object, previous }: Change): boolean {
  return [object, previous].some((pod) => pod && isKind(pod, 'Pod') && matchesLabelSelector(spec.selector, pod.metadata.labels));
}

function isRescaled({ type, object, previous }: Change): boolean {
  const replicas = replicasOf(object);
  return replicas !== undefined && (type !== 'MODIFIED' || (previous && replicasOf(previous)) !== replicas);
}
