import type { Reconciler } from '../../control/reconciler.ts';
import { isPodReady } from '../../kinds/pod/pod-state.ts';
import { isConditionTrue } from '../../model/conditions.ts';
import { isKind } from '../../model/object.ts';
import type { Node } from '../../model/object.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { planEviction } from './plan-eviction.ts';
import type { ObservedTaints } from './plan-eviction.ts';
import { planNodeHealth } from './plan-node-health.ts';
import type { ObservedNode } from './plan-node-health.ts';

/** What the monitor knows of a node besides the objects. */
export type NodeFacts = (nodeName: string) => Pick<ObservedNode, 'ageMs' | 'watchedMs' | 'mayEvict' | 'config'>;

/** Conditions, taints and Pods' readiness of nodes. Keys are names of nodes. */
export function nodeHealthReconciler(facts: NodeFacts): Reconciler<ObservedNode> {
  return {
    name: 'node-lifecycle',
    watches: [
      { kind: 'Node', keys: (change) => [change.object.metadata.name] },
      { kind: 'Pod', keys: (change, snapshot) => nodeOfPod(change, snapshot, (pod, node) => isPodReady(pod) && !isConditionTrue(node.status.conditions, 'Ready')) },
    ],
    allKeys: nodeNames,
    observe: (name, snapshot) => {
      const node = snapshot.get('Node', '', name);
      return node && { node, pods: snapshot.podsOnNode(name), ...facts(name) };
    },
    plan: planNodeHealth,
  };
}

/** Deletes Pods that do not tolerate the NoExecute taints of their node. Keys are names of nodes. */
export const taintEvictionReconciler: Reconciler<ObservedTaints> = {
  name: 'taint-eviction',
  watches: [
    { kind: 'Node', keys: (change) => [change.object.metadata.name] },
    { kind: 'Pod', keys: (change, snapshot) => nodeOfPod(change, snapshot, (_, node) => hasNoExecute(node)) },
  ],
  allKeys: nodeNames,
  observe: (name, snapshot) => {
    const node = snapshot.get('Node', '', name);
    return node && hasNoExecute(node) ? { node, pods: snapshot.podsOnNode(name) } : undefined;
  },
  plan: planEviction,
};

function nodeNames(snapshot: Snapshot): readonly string[] {
  return snapshot.list('Node').map((node) => node.metadata.name);
}

function nodeOfPod(change: Change, snapshot: Snapshot, matters: (pod: Parameters<typeof isPodReady>[0], node: Node) => boolean): readonly string[] {
  if (change.type === 'DELETED' || !isKind(change.object, 'Pod') || change.object.spec.nodeName === undefined) return [];
  const node = snapshot.get('Node', '', change.object.spec.nodeName);
  return node && matters(change.object, node) ? [node.metadata.name] : [];
}

function hasNoExecute(node: Node): boolean {
  return node.spec.taints.some((taint) => taint.effect === 'NoExecute');
}
