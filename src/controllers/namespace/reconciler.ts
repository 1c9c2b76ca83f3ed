import type { Reconciler } from '../../control/reconciler.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { contentKinds, planEmptying } from './plan-emptying.ts';
import type { ObservedNamespace } from './plan-emptying.ts';

/** Empties namespaces that are being deleted. Keys are names of namespaces. */
export const namespaceReconciler: Reconciler<ObservedNamespace> = {
  name: 'namespace',
  watches: [
    { kind: 'Namespace', keys: (change) => [change.object.metadata.name] },
    ...contentKinds.map((kind) => ({ kind, keys: contentKeys })),
  ],
  allKeys: (snapshot) => snapshot.list('Namespace').map((namespace) => namespace.metadata.name),
  observe,
  plan: planEmptying,
};

function observe(name: string, snapshot: Snapshot): ObservedNamespace | undefined {
  const namespace = snapshot.get('Namespace', '', name);
  if (namespace?.metadata.deletionTimestamp === undefined) return undefined;
  return { namespace, content: contentKinds.flatMap((kind) => snapshot.list(kind, name)) };
}

/** Changes in a namespace matter only while it is being deleted. */
function contentKeys(change: Change, snapshot: Snapshot): readonly string[] {
  const name = change.object.metadata.namespace ?? '';
  return snapshot.get('Namespace', '', name)?.metadata.deletionTimestamp === undefined ? [] : [name];
}
