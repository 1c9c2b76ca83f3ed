import type { Plan } from '../control/reconciler.ts';
import { withCondition } from '../model/conditions.ts';
import type { ConditionUpdate } from '../model/conditions.ts';
import type { ObjectReference, Pod } from '../model/object.ts';

/** A decision that is to be stored. */
export interface Binding {
  readonly pod: Pod;
  readonly nodeName: string;
}

/** Binds Pods to their nodes in one change set: all of them or none. Many at once cost a fraction of as many change sets. */
export function planBindings(bindings: readonly Binding[]): Plan {
  const plans = bindings.map(({ pod, nodeName }) => planBinding(pod, nodeName));
  return { changes: plans.flatMap(({ changes }) => changes), events: plans.flatMap(({ events = [] }) => events) };
}

/** Binds a Pod to a node, with an event. CONFLICT where the name now belongs to another Pod. */
export function planBinding(pod: Pod, nodeName: string): Plan {
  const { namespace, name, uid } = pod.metadata;
  const target = { namespace, name, uid };
  return {
    changes: [{ verb: 'bind', kind: 'Pod', target, nodeName }],
    events: [{ object: referenceTo(pod), reason: 'Scheduled', message: `Successfully assigned ${namespace}/${name} to ${nodeName}`, type: 'Normal' }],
  };
}

/** Tells a Pod and people why it fits nowhere. Empty where the Pod says so already. A Pod that was bound in the meantime is left alone. */
export function planRefusal(pod: Pod, message: string, nowMs: number): Plan {
  const update: ConditionUpdate = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  if (withScheduled(pod.status, update, nowMs) === undefined) return { changes: [] };
  const { namespace, name, uid } = pod.metadata;
  return {
    changes: [{
      verb: 'transformStatus', kind: 'Pod', target: { namespace, name, uid },
      transform: ({ spec, status }) => (spec.nodeName === undefined ? withScheduled(status, update, nowMs) : undefined),
    }],
    events: [{ object: referenceTo(pod), reason: 'FailedScheduling', message, type: 'Warning' }],
  };
}

function withScheduled(status: Pod['status'], update: ConditionUpdate, nowMs: number): Pod['status'] | undefined {
  const conditions = withCondition(status.conditions, update, nowMs);
  return conditions === status.conditions ? undefined : { ...status, conditions };
}

function referenceTo({ apiVersion, kind, metadata: { namespace, name, uid } }: Pod): ObjectReference {
  return { apiVersion, kind, namespace, name, uid };
}
