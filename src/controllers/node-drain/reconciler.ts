import type { Reconciler } from '../../control/reconciler.ts';
import { isKind } from '../../model/object.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { planDrain } from './plan-drain.ts';
import type { ObservedDrain } from './plan-drain.ts';

/** Empties the nodes that a NodeDrain asks for. Keys are names of nodes. */
export const nodeDrainReconciler: Reconciler<ObservedDrain> = {
  name: 'node-drain',
  watches: [
    { kind: 'NodeDrain', keys: (change) => [change.object.metadata.name] },
    { kind: 'Node', keys: ({ object }, snapshot) => asked(object.metadata.name, snapshot) },
    { kind: 'Pod', keys: ({ object }, snapshot) => (isKind(object, 'Pod') && object.spec.nodeName !== undefined ? asked(object.spec.nodeName, snapshot) : []) },
    { kind: 'PodDisruptionBudget', keys: underWay },
  ],
  allKeys: (snapshot) => snapshot.list('NodeDrain').map(({ metadata }) => metadata.name),
  observe: (name, snapshot) => {
    const drain = snapshot.get('NodeDrain', '', name);
    if (!drain) return undefined;
    const pods = snapshot.podsOnNode(name);
    const namespaces = new Set(pods.map(({ metadata }) => metadata.namespace ?? ''));
    return { drain, node: snapshot.get('Node', '', name), pods, budgets: [...namespaces].flatMap((namespace) => snapshot.list('PodDisruptionBudget', namespace)) };
  },
  plan: planDrain,
};

function asked(name: string, snapshot: Snapshot): readonly string[] {
  return snapshot.get('NodeDrain', '', name) ? [name] : [];
}

/** A budget that changed may allow what it did not before. */
function underWay(_change: Change, snapshot: Snapshot): readonly string[] {
  return snapshot.list('NodeDrain').filter(({ status }) => status.phase === 'Draining').map(({ metadata }) => metadata.name);
}
