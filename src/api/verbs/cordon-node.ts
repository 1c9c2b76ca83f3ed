import type { Node } from '../../model/object.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import type { RootField } from '../objects/root-field.ts';
import { changeInPlace } from './change-in-place.ts';
import type { VerbArgs } from './change-in-place.ts';

const taintKey = 'node.kubernetes.io/unschedulable';

/** Keeps new Pods away from a node: `spec.unschedulable` and its taint. Running Pods stay. */
export const cordonNode = setUnschedulable('cordonNode', true);

/** Lets new Pods come to a node again, and ends its draining. */
export const uncordonNode = setUnschedulable('uncordonNode', false);

function setUnschedulable(field: string, unschedulable: boolean): RootField<VerbArgs> {
  return {
    operation: () => ({ type: 'verb', field }),
    run: (args, context) => changeInPlace('Node', args, context, (node) => {
      const change = planUnschedulable(node, unschedulable);
      const drain = unschedulable ? undefined : context.parts.store.snapshot().get('NodeDrain', '', node.metadata.name);
      if (!drain) return change && [change];
      const { name, uid } = drain.metadata;
      return [change ?? { verb: 'patch', kind: 'Node', target: { name }, patch: {} }, { verb: 'delete', kind: 'NodeDrain', target: { name, uid } }];
    }),
  };
}

/** The change that makes a node (un)schedulable, or undefined where it is. */
export function planUnschedulable({ metadata, spec }: Node, unschedulable: boolean): RequestedChange | undefined {
  const isTaint = (taint: Node['spec']['taints'][number]) => taint.key === taintKey && taint.effect === 'NoSchedule';
  if (spec.unschedulable === unschedulable && spec.taints.some(isTaint) === unschedulable) return undefined;
  const others = spec.taints.filter((taint) => !isTaint(taint));
  const taints = unschedulable ? [...others, { key: taintKey, effect: 'NoSchedule' as const }] : others;
  return { verb: 'patch', kind: 'Node', target: { name: metadata.name, resourceVersion: metadata.resourceVersion }, patch: { spec: { unschedulable, taints } } };
}
