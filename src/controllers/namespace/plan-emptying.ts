import { groupBy } from '../../lib/group-by.ts';
import { kindFacts, kindNames } from '../../model/object.ts';
import type { KindName, Namespace, StoredObject } from '../../model/object.ts';
import { withCondition } from '../../model/conditions.ts';
import type { ConditionUpdate } from '../../model/conditions.ts';
import type { Plan } from '../../control/reconciler.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly, sameObject } from '../object-key.ts';

/** The finalizer in `spec.finalizers` that holds a namespace until it is empty. */
export const contentFinalizer = 'kubernetes';

/** The most objects deleted by one plan. */
export const deletedAtOnce = 500;

/** Those that make others go before those that are made, so that nothing is made again in between. */
const firstKinds: readonly KindName[] = ['Deployment', 'ReplicaSet', 'Service', 'Pod'];

/** Kinds that live in namespaces, in the order in which they are deleted. */
export const contentKinds: readonly KindName[] = [...firstKinds, ...kindNames.filter((kind) => kindFacts[kind].namespaced && !firstKinds.includes(kind))];

/** A namespace that is being deleted, and all it holds, in the order of `contentKinds`. */
export interface ObservedNamespace {
  readonly namespace: Namespace;
  readonly content: readonly StoredObject[];
}

/**
 * Empties a namespace: everything that is not being deleted yet is, and once nothing is left the namespace is let go. Meanwhile its conditions say what
 * is left, and which finalizers hold it. Nothing new can come: the store refuses creations in it from the moment of its deletion.
 */
export function planEmptying({ namespace, content }: ObservedNamespace, nowMs: number): Plan {
  if (content.length === 0) {
    const finalizers = namespace.spec.finalizers.filter((name) => name !== contentFinalizer);
    if (finalizers.length === namespace.spec.finalizers.length) return { changes: [] };
    return { changes: [{ verb: 'patch', kind: 'Namespace', target: exactly(namespace), patch: { spec: { finalizers } } }] };
  }
  const waiting = content.filter((object) => object.metadata.deletionTimestamp === undefined).slice(0, deletedAtOnce);
  const conditions = [remaining(content), finalizersRemaining(content)].reduce((list, condition) => withCondition(list, condition, nowMs), namespace.status.conditions);
  return {
    changes: [
      ...waiting.map((object): RequestedChange => ({ verb: 'delete', kind: object.kind as KindName, target: sameObject(object), options: { propagationPolicy: 'BACKGROUND' } })),
      ...(conditions === namespace.status.conditions ? [] : [{ verb: 'updateStatus', kind: 'Namespace', target: exactly(namespace), status: { ...namespace.status, conditions } } as const]),
    ],
  };
}

function remaining(content: readonly StoredObject[]): ConditionUpdate {
  const counts = [...groupBy(content, (object) => object.kind as KindName)].map(([kind, objects]) => `${kindFacts[kind].plural} has ${objects.length} resource instances`);
  return { type: 'NamespaceContentRemaining', status: 'True', reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${counts.join(', ')}` };
}

function finalizersRemaining(content: readonly StoredObject[]): ConditionUpdate {
  const type = 'NamespaceFinalizersRemaining';
  const held = content.flatMap((object) => object.metadata.finalizers);
  if (held.length === 0) return { type, status: 'False', reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' };
  const counts = [...groupBy(held, (name) => name)].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([name, times]) => `${name} in ${times.length} resource instances`);
  return { type, status: 'True', reason: 'SomeFinalizersRemain', message: `Some content in the namespace has finalizers remaining: ${counts.join(', ')}` };
}
